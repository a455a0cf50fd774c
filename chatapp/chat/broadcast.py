"""What was stored goes out: to the tabs of this process at once, to other processes by the doorbell.

The doorbell (a channel layer) carries ids only and may lose messages; whoever hears it reads the rows, and
whoever may have missed it looks at the rows from time to time. One ring per commit, whatever the number of
replies in it.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

from channels.layers import InMemoryChannelLayer, get_channel_layer

from chatapp.conversations import drafts, tail
from chatapp.conversations.clock import Tick
from chatapp.conversations.threads import in_thread

from . import frames, metrics
from .tabs import Change, Tabs

logger = logging.getLogger(__name__)

GROUP = "doorbell"
# How often rows are looked at without a ring: the bell may have been missed, or be away.
LOOK_SECONDS = 2.0
# Seconds between two readings of the log, for each watched conversation, and at most.
PAUSE_PER_TAB = 0.0004
LONGEST_PAUSE = 0.080


class Broadcast:
    """One per process. `name` tells this process's own rings from those of others."""

    def __init__(self, name: str, tabs: Tabs, stop_here: Any):
        self.tabs = tabs
        self._name = name
        self._stop_here = stop_here  # called with the ids of replies that somebody asked to stop
        layer = get_channel_layer()
        self._layer = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._running_here: set[int] = set()
        self._tails = tail.Tails()
        self._heard = asyncio.Event()
        self._grew: set[int] = set()  # what the rings heard since the last look were about
        self._looked = 0.0
        self._rung_for = asyncio.Event()
        self._drafts: set[int] = set()  # conversations whose draft was changed by another process
        self._ended: set[int] = set()  # replies ended by another process that did not run them
        self._ringing: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1000)

    # ── from this process ──────────────────────────────────────────────────────────────────

    def ticked(self, tick: Tick) -> None:
        """Send what one commit stored."""
        for grown in tick.grown:
            line = grown.line
            watchers = self.tabs.watching(line.conversation_id)
            if watchers:
                frame = frames.grew(line.conversation_key, line.message_key, line.reply_key, grown.events)
                for tab in list(watchers):
                    if not tab.push(frame):
                        metrics.frames_dropped.inc()
            if grown.ending:
                self._running_here.discard(line.reply_id)
                self._local(Change(line.conversation_id, line.conversation_key, line.owner_id))
        for line in tick.lost:
            # Somebody else ended it, or how our last commit ended was never known: the tabs look at the rows.
            self._running_here.discard(line.reply_id)
            self._local(Change(line.conversation_id, line.conversation_key, line.owner_id, turns=True))
        if tick.grown:
            self._ring(
                grew=[g.line.reply_id for g in tick.grown],
                rows=[
                    [g.line.conversation_id, str(g.line.conversation_key), g.line.owner_id]
                    for g in tick.grown
                    if g.ending
                ],
            )

    def running(self, reply_ids: Iterable[int]) -> None:
        """These run here: their growth is sent from the commit, not read back."""
        self._running_here.update(reply_ids)

    def changed(self, change: Change) -> None:
        """A branch or a row of the sidebar changed."""
        self._local(change)
        place = [change.conversation_id, str(change.key), change.owner_id]
        self._ring(rows=[place] if change.row else [], turns=[place] if change.turns else [])

    def lists(self, owner_id: int) -> None:
        """Folders, or many rows at once, of a member changed."""
        self._tell_lists(owner_id)
        self._ring(lists=[owner_id])

    def _tell_lists(self, owner_id: int) -> None:
        for tab in list(self.tabs.of_user(owner_id)):
            tab.send(frames.lists())

    def visited(self, conversation_id: int, key: UUID) -> None:
        """A reviewer opened a conversation: whoever has it open sees so."""
        self._tell_visited(conversation_id, key)
        self._ring(visits=[[conversation_id, str(key)]])

    def _tell_visited(self, conversation_id: int, key: UUID) -> None:
        for tab in list(self.tabs.watching(conversation_id)):
            tab.send(frames.visits(key))

    def draft(self, conversation_id: int, key: UUID, text: str) -> None:
        self._tell_draft(conversation_id, key, text)
        self._ring(drafts=[conversation_id])

    def ended(self, reply_id: int, log: list[tail.Grown]) -> None:
        """A reply was ended by somebody who did not run it; `log` is all of it."""
        self._send_found(tail.Found(grown=log))
        self._ring(ended=[reply_id])

    def _tell_draft(self, conversation_id: int, key: UUID, text: str) -> None:
        frame = frames.draft(key, text)
        for tab in list(self.tabs.watching(conversation_id)):
            tab.send(frame)

    def stop(self, reply_id: int) -> None:
        """Somebody asked to stop a reply; whichever process runs it looks at once."""
        self._stop_here([reply_id])
        self._ring(stop=[reply_id])

    def _local(self, change: Change) -> None:
        if change.turns:
            for tab in list(self.tabs.watching(change.conversation_id)):
                tab.send(frames.turns(change.key))
        if change.row:
            for tab in list(self.tabs.of_user(change.owner_id)):
                tab.send(frames.row(change.key))

    def _ring(self, **words: Any) -> None:
        if self._layer is None:
            return
        with contextlib.suppress(asyncio.QueueFull):  # whoever misses a ring looks by itself
            self._ringing.put_nowait(words)

    # ── to and from other processes ────────────────────────────────────────────────────────

    def steady(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """What has to run all the time; nothing in a process that is alone."""
        return [self.ring_out, self.listen, self.read_tails, self.read_rung_for] if self._layer is not None else []

    async def ring_out(self) -> None:
        """Carry the rings of this process to the others, one at a time, in order."""
        while self._layer is not None:
            words = await self._ringing.get()
            while not self._ringing.empty():
                for key, more in self._ringing.get_nowait().items():
                    words[key] = [*words.get(key, []), *more]
            try:
                await self._layer.group_send(GROUP, {"type": "bell", "from": self._name, **words})
            except Exception as error:
                logger.warning("doorbell is away: %s", type(error).__name__)
                await asyncio.sleep(0.5)

    async def listen(self) -> None:
        """Hear the rings of the others."""
        while self._layer is not None:
            try:
                channel = await self._layer.new_channel()
                await self._layer.group_add(GROUP, channel)
                while True:
                    message = await self._layer.receive(channel)
                    if message.get("from") != self._name:
                        self._hear(message)
            except Exception as error:
                logger.warning("doorbell is away: %s", type(error).__name__)
                await asyncio.sleep(1)

    def _hear(self, message: dict[str, Any]) -> None:
        for conversation_id, key, owner_id in message.get("turns", []):
            self._local(Change(conversation_id, UUID(key), owner_id, turns=True, row=False))
        for conversation_id, key, owner_id in message.get("rows", []):
            self._local(Change(conversation_id, UUID(key), owner_id))
        for owner_id in set(message.get("lists", [])):
            self._tell_lists(owner_id)
        for conversation_id, key in message.get("visits", []):
            self._tell_visited(conversation_id, UUID(key))
        if stop := message.get("stop"):
            self._stop_here(stop)
        if message.get("drafts") or message.get("ended"):
            watched = set(self.tabs.watched())
            self._drafts.update(watched.intersection(message.get("drafts", [])))
            self._ended.update(message.get("ended", []) if watched else [])
            self._rung_for.set()
        if grew := message.get("grew"):
            self._grew.update(grew)
            self._heard.set()

    async def read_tails(self) -> None:
        """Send what other processes have stored for conversations that are watched here."""
        while self._layer is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), LOOK_SECONDS)
            self._heard.clear()
            watched = self.tabs.watched()
            if not watched:
                continue
            grew, self._grew = self._grew, set()
            now = time.monotonic()
            thoroughly = now - self._looked >= LOOK_SECONDS
            if thoroughly:
                self._looked = now
            try:
                found = await in_thread(self._tails.read, watched, set(self._running_here), grew, thoroughly)
            except Exception as error:
                self._looked = 0.0  # what was rung for is not known any more
                logger.warning("reading the log failed: %s", type(error).__name__)
                await asyncio.sleep(0.5)
                continue
            self._send_found(found)
            # Rings come with every commit of every other process: as with the clock, load makes batches.
            await asyncio.sleep(min(LONGEST_PAUSE, PAUSE_PER_TAB * len(watched)))

    async def read_rung_for(self) -> None:
        """Read and tell what a ring has named: drafts, and ends of replies that never ran."""
        while self._layer is not None:
            await self._rung_for.wait()
            self._rung_for.clear()
            (drafted, self._drafts), (ended, self._ended) = (self._drafts, set()), (self._ended, set())
            try:
                if drafted:
                    for draft in await in_thread(drafts.in_conversations, drafted):
                        self._tell_draft(*draft)
                if ended:
                    self._send_found(tail.Found(grown=await in_thread(tail.whole, ended)))
            except Exception as error:
                # A draft is fetched with the page, an end found by the look at the versions.
                logger.warning("reading what was rung for failed: %s", type(error).__name__)
                await asyncio.sleep(0.5)

    def _send_found(self, found: tail.Found) -> None:
        for grown in found.grown:
            frame = frames.grew(grown.conversation_key, grown.message_key, grown.reply_key, grown.events)
            for tab in list(self.tabs.watching(grown.conversation_id)):
                if not tab.push(frame):
                    metrics.frames_dropped.inc()
        for conversation_id, key, owner_id in found.changed:
            self._local(Change(conversation_id, key, owner_id, turns=True))
