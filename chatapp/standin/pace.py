"""One clock for all streams: it lets their tokens out evenly.

A timer per token would cost more than the token. Here streams wait in one heap, and one timer wakes for the
next of them, at most every ``TICK`` seconds, and serves all that are due.
"""

from __future__ import annotations

import asyncio
import heapq
from typing import Protocol

TICK = 0.002


class Paced(Protocol):
    """A stream on the clock."""

    def serve(self, now: float) -> float | None:
        """Send what is due at ``now`` (loop time); returns when to be served next, None for not again."""


class Pace:
    """The heap of waiting streams. Runs on the loop it is made for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._heap: list[tuple[float, int, Paced]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._served_at = 0.0

    def wait(self, paced: Paced, when: float) -> None:
        """Serve ``paced`` at ``when`` (loop time)."""
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, paced))
        self._arm()

    def _arm(self) -> None:
        if not self._heap:
            return
        at = max(self._heap[0][0], self._served_at + TICK)
        if self._timer is not None:
            if self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._served_at = self._loop.time()
        heap = self._heap
        due = []
        # Half a tick early rather than a tick late: the streams stay even.
        while heap and heap[0][0] <= now + TICK / 2:
            due.append(heapq.heappop(heap)[2])
        for paced in due:
            again = paced.serve(now)
            if again is not None:
                self._count += 1
                heapq.heappush(heap, (again, self._count, paced))
        self._arm()
