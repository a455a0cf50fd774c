"""What was asked and how it ended: the last 1000 requests, for tests that count calls and see them close."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 1000
KEPT_BYTES = 64 * 1024 * 1024
"""Bodies of the oldest requests are forgotten beyond this sum."""


@dataclass(slots=True)
class Record:
    """One request. ``outcome``: running, finished, client_closed, or cut (by a fault)."""

    method: str
    path: str
    headers: dict[str, str]
    size: int
    body: Any
    at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    status: int | None = None
    outcome: str = "running"
    tokens_sent: int = 0
    closed_after_ms: float | None = None

    def close(self, outcome: str) -> None:
        if self.closed_after_ms is None:
            self.outcome = outcome
            self.closed_after_ms = round((time.monotonic() - self.started) * 1000, 1)

    def shown(self) -> dict[str, Any]:
        names = ("method", "path", "headers", "body", "status", "outcome", "tokens_sent", "closed_after_ms")
        return {"time": self.at, **{name: getattr(self, name) for name in names}}


class Records:
    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._bytes = 0

    def add(self, record: Record) -> None:
        if len(self._records) == KEPT:
            self._bytes -= self._records[0].size
        self._records.append(record)
        self._bytes += record.size
        for old in self._records:
            if self._bytes <= KEPT_BYTES or old is record:
                break
            self._bytes -= old.size
            old.body, old.size = None, 0

    def clear(self) -> None:
        self._records.clear()
        self._bytes = 0

    def shown(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return [record.shown() for record in self._records]
