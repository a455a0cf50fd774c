"""The clock of a process: a group commit for all replies that run in it.

    line = clock.open(…)        a reply's end of the log
    line.text("Hel"); …         collected, not yet stored
    async for tick in clock.ticks():
        …                       stored; only now may it be painted

The clock is self-timed: the next commit starts when the last one and its frames are done, but not sooner
than some milliseconds that grow with the number of replies, so load makes batches and not queues. What a
person waits for, the first words of an answer, does not wait for the pause.
"""

import asyncio
import datetime
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from . import log, trouble
from .claim import RENEW_SECONDS, lease_end
from .models import Event

logger = logging.getLogger(__name__)

SHORTEST_PAUSE = 0.020  # seconds between commits when little is going on
PAUSE_PER_LINE = 0.0004  # each running reply adds this: 100 replies, 60 ms
LONGEST_PAUSE = 0.120
LOOK_SECONDS = 0.5  # a quiet process still reads stop requests and loses fenced replies
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0)  # while the database is away; the last one repeats


@dataclass(slots=True)
class Line:
    """A running reply's end of the log. Only the reply's own task writes to it."""

    reply_id: int
    # As text: they are written into every frame, and a UUID spells itself out anew each time.
    reply_key: str
    message_key: str
    conversation_key: str
    conversation_id: int
    owner_id: int
    seq: int
    _wake: Callable[["Line", bool], None]
    _parts: list[tuple[str, Any]] = field(default_factory=list)
    _columns: dict[str, Any] = field(default_factory=dict)
    _ending: log.Ending | None = None
    _started: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def text(self, text: str) -> None:
        self._add(Event.Kind.TEXT.value, text)

    def reasoning(self, text: str) -> None:
        self._add(Event.Kind.REASONING.value, text)

    def notice(self, notice: dict[str, Any]) -> None:
        self._parts.append((Event.Kind.NOTICE.value, notice))
        self._wake(self, True)

    def remember(self, **columns: Any) -> None:
        """Columns of the Reply row (receipt, timings) to be stored with the next commit."""
        self._columns.update(columns)
        self._wake(self, False)

    def end(self, ending: log.Ending) -> None:
        """The last word. `ended` is set once it is stored."""
        self._ending = ending
        self._parts.append(
            (
                Event.Kind.END.value,
                {"state": ending.state, "finish_reason": ending.finish_reason, "error": ending.error},
            )
        )
        self._wake(self, True)

    def _add(self, kind: str, text: str) -> None:
        parts = self._parts
        if parts and parts[-1][0] == kind:
            parts[-1][1].append(text)
            return
        parts.append((kind, [text]))
        first = not self._started
        self._started = True
        self._wake(self, first)

    def take(self) -> log.Write | None:
        """What has gathered since the last take, numbered; None if nothing has."""
        if not self._parts and not self._columns:
            return None
        events: list[tuple[int, str, str]] = []
        for kind, data in self._parts:
            self.seq += 1
            value = "".join(data) if isinstance(data, list) else data
            events.append((self.seq, kind, _json(value)))
        write = log.Write(self.reply_id, events, self._columns, self._ending)
        self._parts, self._columns = [], {}
        return write


def _json(value: Any) -> str:
    """JSON text without NUL and lone surrogates, which PostgreSQL and UTF-8 refuse."""
    if isinstance(value, str) and "\x00" in value:
        value = value.replace("\x00", "\ufffd")
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        cleaned = value.encode("utf-8", "replace").decode() if isinstance(value, str) else str(value)
        return orjson.dumps(cleaned).decode()


@dataclass(frozen=True, slots=True)
class Grown:
    """What one reply said in one commit; stored."""

    line: Line
    events: list[tuple[int, str, str]]
    ending: log.Ending | None


@dataclass(frozen=True, slots=True)
class Tick:
    grown: list[Grown]
    lost: list[Line]  # no longer this process's; what they said last was not stored
    stops: set[int]
    commit_seconds: float


class Clock:
    """One per process and event loop. `owner` names the process in the leases."""

    def __init__(self, owner: str):
        self.owner = owner
        self.lines: dict[int, Line] = {}
        self.held = ""  # why nothing can be stored just now (trouble.py), while that is so
        self._dirty: dict[int, Line] = {}
        self._woken = asyncio.Event()
        self._urgent = asyncio.Event()
        # One thread, one connection: the commits of a process never compete with each other.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="clock")
        self._closed = False

    def open(self, **names: Any) -> Line:
        """Begin a reply's line; `names` are Line's first fields."""
        line = Line(_wake=self._wake, **names)
        self.lines[line.reply_id] = line
        # A clock without lines sleeps; this one's lease is to be renewed even before it has a word to say.
        self._woken.set()
        return line

    def abandon(self, line: Line) -> None:
        """Forget a line that will not end by itself: its lease runs out, and the reaper ends the reply."""
        if self.lines.get(line.reply_id) is line:
            del self.lines[line.reply_id]
            self._dirty.pop(line.reply_id, None)
            line.ended.set()

    def look(self) -> None:
        """Read stop requests now instead of at the next commit."""
        self._urgent.set()
        self._woken.set()

    def close(self) -> None:
        """Let `ticks` end once nothing is left to store."""
        self._closed = True
        self.look()

    async def ticks(self) -> AsyncIterator[Tick]:
        """Commit, yield what was stored, pause; until closed and empty."""
        renewed = 0.0
        while not (self._closed and not self._dirty):
            if not self.lines and not self._closed:
                await self._woken.wait()  # asleep until a line is opened
                renewed = time.monotonic() - RENEW_SECONDS
            hurried = await self._pause()
            now = time.monotonic()
            # First words do not wait for a renewal unless it is late; the commit after them makes it.
            due = RENEW_SECONDS + (LOOK_SECONDS if hurried else 0)
            renew = bool(self.lines) and now - renewed >= due
            lines = list(self._dirty.values())
            self._dirty.clear()
            writes = [w for line in lines if (w := line.take()) is not None]
            if not writes and not self.lines:
                continue
            committed, seconds = await self._commit(writes, lease_end() if renew else None)
            if renew:
                renewed = now
            yield self._tick(writes, committed, seconds)
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: connection.close())
        self._thread.shutdown(wait=False)

    def _wake(self, line: Line, urgent: bool) -> None:
        if self.lines.get(line.reply_id) is not line:
            return  # abandoned: whatever it still says is not ours to store
        self._dirty[line.reply_id] = line
        self._woken.set()
        if urgent:
            self._urgent.set()

    async def _pause(self) -> bool:
        """Wait until a commit is due; whether it is for somebody's first words, or for what else is urgent."""
        if self.lines and not self._urgent.is_set():
            await _wait(self._urgent, self.pause_seconds())
        if self.lines and not self._woken.is_set() and not self._closed:
            await _wait(self._woken, LOOK_SECONDS)
        hurried = self._urgent.is_set()
        self._woken.clear()
        self._urgent.clear()
        return hurried

    def pause_seconds(self) -> float:
        return min(LONGEST_PAUSE, SHORTEST_PAUSE + PAUSE_PER_LINE * len(self.lines))

    async def _commit(
        self, writes: list[log.Write], lease_until: datetime.datetime | None
    ) -> tuple[log.Committed, float]:
        """Store, and try again for as long as the database is away: nothing unsaved is ever painted.

        What the database refuses for itself (a value that does not fit) would be refused for ever: it is
        set apart, so that one reply is lost and not all of the process.
        """
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            began = time.monotonic()
            try:
                committed = await loop.run_in_executor(
                    self._thread, _commit_in_thread, self.owner, list(self.lines), writes, lease_until
                )
                self.held = ""
                return committed, time.monotonic() - began
            except trouble.FAILURES as error:
                self.held = trouble.why(error)
                logger.warning("nothing can be stored, trying again: %s (%s)", self.held, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
                lease_until = lease_end()
            except Exception:
                logger.exception("commit refused")
                return await self._commit_apart(writes), time.monotonic() - began

    async def _commit_apart(self, writes: list[log.Write]) -> log.Committed:
        """Each write by itself; those that are refused are lost."""
        if len(writes) < 2:
            return log.Committed({w.reply_id for w in writes}, set())
        lost: set[int] = set()
        for write in writes:
            committed, _ = await self._commit([write], None)
            lost |= committed.lost & {write.reply_id}
        return log.Committed(lost, set())

    def _tick(self, writes: list[log.Write], committed: log.Committed, seconds: float) -> Tick:
        grown: list[Grown] = []
        lost: list[Line] = []
        for write in writes:
            line = self.lines.get(write.reply_id)
            if line is None or write.reply_id in committed.lost:
                continue
            if write.events:
                grown.append(Grown(line, write.events, write.ending))
            if write.ending is not None:
                del self.lines[write.reply_id]
                line.ended.set()
        for reply_id in committed.lost:
            if (line := self.lines.get(reply_id)) is not None:
                lost.append(line)
                self.abandon(line)
        stops = {i for i in committed.stops if i in self.lines}
        return Tick(grown, lost, stops, seconds)


def _commit_in_thread(owner, running, writes, lease_until) -> log.Committed:
    try:
        return log.commit(owner, running, writes, lease_until)
    except Exception:
        connection.close()  # the next attempt begins with a fresh connection
        raise


async def _wait(event: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def process_name() -> str:
    """A name for this process that no other one has had: host, pid and start."""
    import os
    import socket

    return f"{socket.gethostname()[:60]}:{os.getpid()}:{int(timezone.now().timestamp() * 1000):x}"
