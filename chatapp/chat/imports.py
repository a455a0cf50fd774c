"""Imports, worked on beside everything else: one at a time in a process, in a thread of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from chatapp.takeout.importing import upload
from chatapp.takeout.importing import work as importing

forget_old = upload.forget_old
_thread = ThreadPoolExecutor(1, thread_name_prefix="import")


async def work(name: str, stop: Callable[[], bool]) -> list[int] | None:
    """takeout.importing.work.work, off the loop."""
    return await asyncio.get_running_loop().run_in_executor(_thread, _work, name, stop)


def _work(name: str, stop: Callable[[], bool]) -> list[int] | None:
    close_old_connections()
    try:
        return importing.work(name, stop)
    finally:
        close_old_connections()
