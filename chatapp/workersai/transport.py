"""The HTTP client underneath, and what it may raise."""

import ssl

import httpx

from chatapp.workersai.errors import Unavailable, WorkersAIError
from chatapp.workersai.http1 import Http1Transport

FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError)
"""What sending and reading may raise."""


def open_http(connect: float) -> httpx.AsyncClient:
    """A client without timeouts on reading (watchdog.py does that: a comment must not count as life), without
    proxies or passwords from the environment, and without redirects, which would carry the token elsewhere.

    `connect`: seconds for a connection. Belongs to the event loop that uses it first; closed by `aclose()`.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return httpx.AsyncClient(
        transport=Http1Transport(context),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=connect),
        headers={"user-agent": "chatapp", "accept-encoding": "identity"},
    )


def unreachable(error: BaseException) -> WorkersAIError:
    """A failure to connect, to send or to get a head."""
    return Unavailable(f"{type(error).__name__}: {error}")
