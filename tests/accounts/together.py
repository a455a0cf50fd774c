"""Doing things from many threads at the same moment, each with a database connection of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from chatapp.accounts.models import User


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all together; the result of each, or the exception it ended with, in order.

    On PostgreSQL nobody can write users until several of the works are waiting, so that they meet in
    the middle of their transactions, not by luck. On SQLite writers are alone by design.
    """
    results: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(index: int) -> None:
        try:
            barrier.wait(10)
            results[index] = works[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(works))]
    with _users_held(until_waiting=max(1, min(len(works) - 1, 5))):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread hangs"
    return results


@contextmanager
def _users_held(until_waiting: int) -> Iterator[None]:
    """On PostgreSQL let nobody write users until so many connections wait for a lock (2 s at most)."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{User._meta.db_table}" IN SHARE MODE')
        yield
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and waiting(cursor) < until_waiting:
            time.sleep(0.01)


def waiting(cursor: Any) -> int:
    """How many connections to this PostgreSQL database wait for a lock."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return cursor.fetchone()[0]
