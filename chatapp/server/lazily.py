"""The running of replies under a server that has no start-up hook of ours (runserver, other ASGI servers)."""

from typing import Any

from chatapp.chat import runs
from chatapp.server import lifecycle


def started_by_the_first(inner: Any) -> Any:
    """The ASGI application; its first request or socket starts what `serve` starts before it listens."""

    async def ring(scope: Any, receive: Any, send: Any) -> None:
        if runs.here() is None and not lifecycle.draining():
            await runs.start()
        await inner(scope, receive, send)

    return ring
