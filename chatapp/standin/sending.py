"""One streamed reply on its way out: as many tokens as are due, and no more than the client takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .answering import Streamed
from .pace import Pace
from .records import Record

_LAG = 0.25
"""Seconds a stream may be behind before the tokens missed are given up instead of sent in a burst."""
_BURST = 256
"""Frames an unpaced stream (rate 0) sends before it lets others go on."""


class Stream:
    """A streamed reply on the clock."""

    def __init__(
        self,
        reply: Streamed,
        record: Record,
        transport: asyncio.Transport,
        pace: Pace,
        chunked: bool,
        end: Callable[[str], None],
    ) -> None:
        self._frames = reply.frames
        self._interval = 1 / reply.rate if reply.rate else 0.0
        self._record = record
        self._transport = transport
        self._pace = pace
        self._chunked = chunked
        self._end = end
        self._due = 0.0
        self._stopped = False
        self._waiting = False
        self.paused = False

    def start(self) -> None:
        now = asyncio.get_running_loop().time()
        self._due = now
        self._next(self.serve(now))

    def stop(self) -> None:
        """The client has left."""
        self._stopped = True

    def resume(self) -> None:
        self.paused = False
        if self._waiting and not self._stopped:
            self._waiting = False
            self._due = asyncio.get_running_loop().time()
            self._pace.wait(self, self._due)

    def _next(self, when: float | None) -> None:
        if when is not None:
            self._pace.wait(self, when)

    def serve(self, now: float) -> float | None:
        """Sends the tokens due; returns when the next are due."""
        if self._stopped:
            return None
        if self.paused:
            self._waiting = True
            return None
        interval = self._interval
        if interval:
            if now - self._due > _LAG:
                self._due = now
            quota = max(1, int((now - self._due) / interval) + 1)
        else:
            quota = _BURST
        parts: list[bytes] = []
        sent = 0
        while sent < quota:
            frame = next(self._frames, None)
            if frame is None:
                self._over(parts, sent, "body")
                return None
            kind, count, value = frame
            if kind == "wait":
                if value is None:
                    self._write(parts, sent)
                    return None
                self._write(parts, sent)
                self._due = now + value
                return self._due
            if kind == "end":
                self._over(parts, sent, value)
                return None
            parts.append(value)
            sent += count
        self._write(parts, sent)
        self._due = self._due + sent * interval if interval else now
        return self._due

    def _over(self, parts: list[bytes], sent: int, how: str) -> None:
        self._write(parts, sent)
        self._end(how)

    def _write(self, parts: list[bytes], sent: int) -> None:
        if not parts:
            return
        self._record.tokens_sent += sent
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        self._transport.write(b"%x\r\n%b\r\n" % (len(body), body) if self._chunked else body)
