"""Long answers, made piece by piece in threads while they are sent.

Under ASGI Django collects an ordinary iterator whole before it sends the first byte; an asynchronous one it sends
as it comes. The server (server/drainserver.py) waits with the next piece until the client has taken the last.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

ENOUGH = 128 * 1024  # bytes worth a hop between the loop and a thread

# Few, as in server/handler.py; a pool of their own, so that no page waits for somebody's download.
_threads = ThreadPoolExecutor(2, thread_name_prefix="download")


async def in_pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """`pieces`, taken in a thread, put together to ENOUGH bytes."""
    loop = asyncio.get_running_loop()
    while chunk := await loop.run_in_executor(_threads, _some, pieces):
        yield chunk


def _some(pieces: Iterator[bytes]) -> bytes:
    close_old_connections()
    try:
        parts, size = [], 0
        for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size >= ENOUGH:
                break
        return b"".join(parts)
    finally:
        close_old_connections()
