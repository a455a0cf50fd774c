"""What Prometheus reads at /metrics, and the guard before it.

Rooms below keep their own counters with prometheus_client; they appear here by themselves. With
`serve --processes N` every process writes its counts into PROMETHEUS_MULTIPROC_DIR (set by `serve` before
anything is imported) and any of them answers with the sums.
"""

import hmac
import os

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SOCKETS = Gauge("chatapp_sockets_open", "Websockets open now.", multiprocess_mode="livesum")
CONNECTIONS = Gauge(
    "chatapp_connections_open", "TCP connections open now, websockets included.", multiprocess_mode="livesum"
)
FRAMES = Counter("chatapp_frames_sent", "Websocket frames sent.")
REFUSED = Counter(
    "chatapp_refused", "Requests and sockets cut by a cap: body, slow, connections, unread.", ["reason"]
)
REQUESTS = Counter("chatapp_http_requests", "HTTP requests answered.", ["method", "status"])
REQUEST_SECONDS = Histogram(
    "chatapp_http_request_seconds",
    "Time to answer an HTTP request.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def may_read(request: HttpRequest) -> bool:
    """Whether the request carries `Authorization: Bearer <METRICS_TOKEN>`."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())


async def view(request: HttpRequest) -> HttpResponse:
    """GET /metrics. Without METRICS_TOKEN in the settings there is no such page; a wrong token gets 401."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    if not may_read(request):
        return HttpResponse(
            "Send the METRICS_TOKEN of this server as a bearer token.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(await sync_to_async(_collect, thread_sensitive=False)(), content_type=CONTENT_TYPE_LATEST)


def _collect() -> bytes:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
