"""The stand-in: a local HTTP server that speaks Workers AI's wire for gpt-oss-20b, without a model behind it.

It serves people who try the product before they have credentials, the tests, and the benchmark. It imports
nothing of the house and no Django. The way of one request through it:

    server.py      bytes -> request (h11), whole answers -> bytes; notices when the client leaves
    answering.py   one request -> one reply, by way of
      routes.py      address -> which form is spoken there, or a refusal
      directives.py  what a test or a demo asks for: rate, length, faults
      checks.py      the body against the model's published schema -> 5006 and its kin (refusals.py)
      ask.py         any of the request forms -> one shape
      script.py      what will be said: reasoning, text, tool calls (calls.py), finish; writing/ finds the words
      shapes.py      the script as one whole body
      streams.py     the script as events, in each order seen from Cloudflare (faults.py spoils them)
    sending.py     events -> bytes, when pace.py, the clock of all streams, says so
    records.py     what was asked, and how it ended, for tests: GET /standin/requests
    launch.py      start it as a child process
"""
