"""The rings around Django, as plain ASGI: no thread hop, and static files and errors pass through them too.

access_log → security_headers → early_answers → Django, put on by chatapp/asgi.py.
"""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.urls import resolve

from chatapp.server import logs, metrics
from chatapp.server.headers import SECURITY_HEADERS

access = logging.getLogger("chatapp.access")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OPERATING = ("/healthz", "/readyz", "/metrics")


def around_django(django: Application) -> Application:
    """Django's ASGI application inside the three rings."""
    return access_log(security_headers(early_answers(django)))


def _header(scope: Message, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")


def access_log(inner: Application) -> Application:
    """Gives each request an id (a proxy's X-Request-ID is kept) and logs one line when it is answered."""

    async def ring(scope: Message, receive: Receive, send: Send) -> None:
        given = _header(scope, b"x-request-id")
        identity = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex.encode()
        logs.request_id.set(identity.decode())
        started = time.monotonic()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", identity)]
            await send(message)

        try:
            await inner(scope, receive, send_and_note)
        finally:
            _note(scope, status, time.monotonic() - started)

    return ring


def _note(scope: Message, status: int, seconds: float) -> None:
    """One line and two metrics. Status 0: the client left before there was an answer."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.REQUESTS.labels(method, str(status)).inc()
    metrics.REQUEST_SECONDS.observe(seconds)
    fields = {
        "method": method,
        "path": logs.mask(scope["path"]),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "client": (scope.get("client") or ("",))[0],
    }
    # Probes come every few seconds; static files by the dozen. Neither says anything while all is well.
    quiet = status < 400 and (scope["path"] in OPERATING or scope["path"].startswith("/static/"))
    access.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"fields": fields})


def security_headers(inner: Application) -> Application:
    """Puts the security headers on every answer.

    A view that sets one of them itself (a download with a `sandbox` policy) keeps its own.
    """
    ours = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

    async def ring(scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                message["headers"] = headers + [pair for pair in ours if pair[0] not in present]
            await send(message)

        await inner(scope, receive, send_with_headers)

    return ring


def early_answers(inner: Application) -> Application:
    """Answers /healthz, /readyz and /metrics whatever Host the prober sends.

    A load balancer asks by address, not by the site's name: ALLOWED_HOSTS and the redirect to HTTPS would
    turn it away.
    """

    async def ring(scope: Message, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path in OPERATING:
            response = await resolve(path, urlconf="chatapp.server.urls").func(ASGIRequest(scope, BytesIO()))
            headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
            await _answer(send, response.status_code, headers, response.content)
        else:
            await inner(scope, receive, send)

    return ring


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
