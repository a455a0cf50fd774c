"""How Chatapp is run: the top floor. Nothing below imports it.

- management/commands/serve.py: the one command: prepare, print the address, serve, drain
- prepare.py: migrations and static files, before the first request
- bind.py: the listening socket, and plain words when it cannot be had
- supervise.py: `--processes N`: one parent, N children on one socket
- drainserver.py: daphne's server in this process: start, drain, close with 1012
- guard.py: caps below Django: bodies, headers, connections, sockets that flood or never read
- proxies.py: who is asking, when proxies stand between
- lifecycle.py: the state of this process: starting, serving, draining
- middleware.py: the rings around Django: access log, security headers, early answers
- health.py, metrics.py, errors.py, headers.py, logs.py, static.py: what their names say
"""
