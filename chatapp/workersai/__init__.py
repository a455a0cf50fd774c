"""The model's wire: what is sent to gpt-oss-20b and what comes back. No Django here.

client.py      ask, yield events, try again where that is allowed
endpoint.py    where the model answers, and in which form it is asked
parameters.py  every parameter of the API, once: ranges, defaults, words for people
validation.py  settings as typed or stored → as sent, or what is wrong with them
request.py     messages + values → the JSON body
answer.py      one open response: bytes in, events out
sse.py         bytes → payloads         parse.py      one payload → events
harmony.py     leaked tags out of text  toolcalls.py  fragments → calls      usage.py  counts
events.py      what comes out           errors.py     the family of failures
refusals.py    status + body → one of the family
retry.py circuit.py watchdog.py         when to try again, when to leave it, when to give up
transport.py   the HTTP client          http1.py      what is underneath it
tokens.py      estimates before the model has counted
jsontext.py    what cannot be written or stored, made writable
check.py       one short question per capability
reference.py   the parameter table as rows for a page
"""
