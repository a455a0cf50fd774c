"""Taking turns to write.

SQLite has one writer at a time and lets the others poll, with pauses that grow to 100 ms. When many people ask
at once the group commit, for which everybody waits, lost that game for seconds (docs/performance.md). The writers
of one process queue here instead; other processes still poll, and PostgreSQL locks rows.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_turn = threading.Lock()


@contextmanager
def my_turn() -> Iterator[None]:
    """`transaction.atomic()`, entered when no other of this process's threads is inside one of these."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _turn, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield
