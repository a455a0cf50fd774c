"""Database work from the event loop."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections


async def in_thread(deed: Callable[..., Any], *args: Any) -> Any:
    """Run `deed` in a thread of its own, with database connections that are alive."""

    def closing() -> Any:
        close_old_connections()
        try:
            return deed(*args)
        finally:
            close_old_connections()

    return await sync_to_async(closing, thread_sensitive=False)()
