"""Carries the running replies of this process to their end, with all that is done steadily beside them.

Everything here lives on the server's event loop, in one `Carrier` per process. Views run in threads and only knock
(runs.py).
"""

import asyncio
import contextvars
import logging
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

from chatapp.accounts import review_grants
from chatapp.accounts.access import Connection, no_longer_valid
from chatapp.conversations import claim, orphans, titles
from chatapp.conversations.clock import Clock, Line, Tick, process_name
from chatapp.conversations.compacting import orphans as lost_summaries
from chatapp.conversations.compacting.write import write as write_summary
from chatapp.conversations.finding import index
from chatapp.conversations.models import Conversation, Reply
from chatapp.conversations.ordering import erase
from chatapp.conversations.reply import Run, run
from chatapp.conversations.threads import in_thread
from chatapp.conversations.upstream import client as make_client
from chatapp.review import facts
from chatapp.workersai.client import Client

from . import frames, imports, metrics
from .broadcast import Broadcast
from .tabs import Change, Tab, Tabs

logger = logging.getLogger(__name__)

SIGNED_OUT = 4401
WAITING_SECONDS = 1.0  # between looks for queued replies that nobody has announced
REAP_SECONDS = 3.0  # with the lease (claim.py) this keeps an orphan's wait below 15 s
HELD_SECONDS = 0.5  # so soon is told that answers wait for the database
RIGHTS_SECONDS = 1.0  # an open socket outlives its right by at most this and a query
HOUSEKEEPING_SECONDS = 600.0
IMPORT_SECONDS = 10.0  # between looks for imports that nobody has announced
INDEX_SECONDS = 1.0  # so soon is found what was written
FACTS_SECONDS = 1.0  # so soon the list of reviewers shows it

# The name under which this process claims replies; made once, also when no loop runs (tests, commands).
NAME = process_name()


class Carrier:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.tabs = Tabs()
        self.clock = Clock(NAME)
        self.broadcast = Broadcast(NAME, self.tabs, self._stop_here)
        self.draining = False
        self.ended = False
        self._told_held = ""
        self._client: Client | None = None
        self._runs: dict[int, Run] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loops: list[asyncio.Task[Any]] = []
        self.waiting = asyncio.Event()
        self.import_waits = asyncio.Event()
        self.untidy = asyncio.Event()

    # ── life ───────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        self._client = await in_thread(make_client)
        steady: list[Callable[[], Coroutine[Any, Any, None]]] = [
            self._pulse,
            *self.broadcast.steady(),
            lambda: self._every(WAITING_SECONDS, self._take_waiting, self.waiting),
            lambda: self._every(REAP_SECONDS, self._reap),
            lambda: self._every(RIGHTS_SECONDS, self._check_rights),
            lambda: self._every(HELD_SECONDS, self._tell_held),
            lambda: self._every(HOUSEKEEPING_SECONDS, self._housekeeping, self.untidy),
            lambda: self._every(IMPORT_SECONDS, self._imports, self.import_waits),
            lambda: self._every(INDEX_SECONDS, self._index),
            lambda: self._every(FACTS_SECONDS, self._facts),
        ]
        self._loops = [self.spawn(one()) for one in steady]
        for loop in self._loops:
            loop.add_done_callback(self._lost_a_loop)

    def _lost_a_loop(self, loop: "asyncio.Task[Any]") -> None:
        """None of the steady loops may end by itself: without the pulse, say, every answer would hang.

        Leaving is the mend: whoever supervises starts the process anew, and another one ends its replies.
        """
        if self.draining or loop.cancelled():
            return
        logger.critical("a steady loop ended; leaving", exc_info=loop.exception())
        self.draining = True
        os.kill(os.getpid(), signal.SIGTERM)

    async def drain(self, seconds: float) -> None:
        """Take nothing new, let replies end for `seconds`, save the rest as interrupted, stop."""
        self.draining = True
        deadline = time.monotonic() + seconds
        while self._runs and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        for one in list(self._runs.values()):
            one.interrupt()
        waiting = [one.task for one in self._runs.values() if one.task]
        if waiting:
            await asyncio.wait(waiting, timeout=5)
        self.clock.close()
        await asyncio.wait(self._loops[:1], timeout=5)
        for task in list(self._tasks):
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
        self.ended = True

    @property
    def running(self) -> int:
        """How many replies run here."""
        return len(self._runs)

    @property
    def circuit(self) -> str:
        """Whether the model's endpoint is asked: "closed" (it is), "open" (left alone), "half-open"."""
        return self._client.circuit.state if self._client is not None else "closed"

    # ── replies ────────────────────────────────────────────────────────────────────────────

    def begin(self, jobs: Iterable[Run]) -> None:
        """Run replies that this process has claimed; while it drains, give them back."""
        if self.draining:
            # Claimed by a question that was being stored when the end was asked for.
            self.spawn(in_thread(claim.give_back, NAME, [job.reply_id for job in jobs]))
            return
        for job in jobs:
            if job.reply_id in self._runs:
                continue
            self._runs[job.reply_id] = job
            self.broadcast.running([job.reply_id])
            job.task = self.spawn(self._carry(job))
        metrics.running.set(self.running)

    async def _carry(self, job: Run) -> None:
        assert self._client is not None
        try:
            await run(job, self.clock, self._client)
        finally:
            self._runs.pop(job.reply_id, None)
            metrics.running.set(self.running)
            self.waiting.set()

    async def _pulse(self) -> None:
        """Commit after commit: send what was stored, obey what was read."""
        async for tick in self.clock.ticks():
            self._stop_here(tick.stops)
            for line in tick.lost:
                if (job := self._runs.get(line.reply_id)) is not None:
                    job.interrupt()
            try:
                self.broadcast.ticked(tick)
                self._count(tick)
            except Exception:
                # The commits must go on whatever happens to a tab; what it missed it fetches.
                logger.exception("sending what was stored failed")
            for grown in tick.grown:
                if grown.ending:
                    self.spawn(self._name(grown.line))

    def _count(self, tick: Tick) -> None:
        metrics.commit.observe(tick.commit_seconds)
        metrics.events.inc(sum(len(g.events) for g in tick.grown))
        for grown in tick.grown:
            if grown.ending:
                metrics.count(grown.ending)

    def _stop_here(self, reply_ids: Iterable[int]) -> None:
        for reply_id in reply_ids:
            if (job := self._runs.get(reply_id)) is not None:
                job.stop()

    async def _take_waiting(self) -> None:
        from django.conf import settings

        room = settings.MAX_RUNNING - self.running
        if self.draining or room <= 0:
            return
        claimed = await in_thread(claim.claim_waiting, NAME, min(room, 50))
        if claimed:
            self.begin(Run(reply_id) for reply_id in claimed)
            for change in await in_thread(_changes, claimed):
                self.broadcast.changed(change)

    async def _tell_held(self) -> None:
        """Say why no answer grows; over and over, for tabs that come meanwhile, and once when it is over."""
        held = self.clock.held
        if held or held != self._told_held:
            for tab in self.tabs:
                tab.send(frames.held(held or None))
        self._told_held = held

    async def _reap(self) -> None:
        if self.clock.held:
            return  # our own replies could not renew their leases: they go on as soon as they can be stored
        await in_thread(orphans.end_hopeless)
        for reaped in await in_thread(orphans.reap):
            metrics.orphans.inc()
            self.broadcast.changed(
                Change(await in_thread(_id_of, reaped.conversation_key), reaped.conversation_key,
                       reaped.owner_id, turns=True)
            )  # fmt: skip
        for conversation in await in_thread(lost_summaries.reap):
            self.broadcast.changed(change_of(conversation, turns=True, row=False))

    async def _name(self, line: Line) -> None:
        """Ask the model for a title after the first answer, once; on any trouble the first words stay."""
        material = await in_thread(titles.material, line.reply_id)
        if material is None or self._client is None or self.draining:
            return
        title = await titles.suggest(self._client, *material)
        if title and await in_thread(titles.keep, line.conversation_id, title):
            self.broadcast.changed(Change(line.conversation_id, line.conversation_key, line.owner_id))

    def condense(self, summary_id: int, change: Change) -> None:
        """Have the model write a summary; it takes no answer's place, and the chat goes on meanwhile."""
        self.spawn(self._condense(summary_id, change))

    async def _condense(self, summary_id: int, change: Change) -> None:
        assert self._client is not None
        async for _ in write_summary(self._client, summary_id):
            self.broadcast.changed(change)

    # ── rights ─────────────────────────────────────────────────────────────────────────────

    async def _check_rights(self) -> None:
        """Close sockets whose right has ended. Running replies of such people end by the log's own look."""
        await in_thread(review_grants.end_those_over)
        tabs: dict[Connection, list[Tab]] = {}
        for tab in self.tabs:
            tabs.setdefault(Connection(tab.user_id, tab.auth_epoch, tab.session_key), []).append(tab)
        if tabs:
            for connection in await in_thread(no_longer_valid, list(tabs)):
                for tab in tabs[connection]:
                    tab.close(SIGNED_OUT)

    async def _housekeeping(self) -> None:
        await in_thread(orphans.forget_empty_conversations)
        await in_thread(imports.forget_old)
        for ended in await in_thread(erase.end_temporary):
            self.broadcast.changed(Change(ended.pk, ended.key, ended.owner_id, turns=True))
        while await in_thread(erase.erase_some):
            await asyncio.sleep(0.05)
        while await in_thread(orphans.forget_old_events):
            await asyncio.sleep(0.2)

    async def _imports(self) -> None:
        """Carry on the imports that wait, one after the other; the lists show what they have brought."""
        while not self.draining and (shown := await imports.work(NAME, lambda: self.draining)) is not None:
            for owner_id in {change.owner_id for change in await in_thread(_changes_of, shown)}:
                self.broadcast.lists(owner_id)  # folders came with them

    async def _index(self) -> None:
        while await in_thread(index.some):
            await asyncio.sleep(0.05)  # what was said before there was a search: others want to write, too

    async def _facts(self) -> None:
        while await in_thread(facts.some):
            await asyncio.sleep(0.05)

    # ── tools ──────────────────────────────────────────────────────────────────────────────

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        # An empty context: the task must not inherit the request (and its thread) that caused it.
        task = self.loop.create_task(coroutine, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _every(
        self,
        seconds: float,
        deed: Callable[[], Coroutine[Any, Any, None]],
        knock: asyncio.Event | None = None,
    ) -> None:
        knock = knock or asyncio.Event()
        while True:
            try:
                await deed()
            except Exception as error:
                # The next turn tries again: a database that restarts must not end this loop.
                logger.warning("%s failed: %s", getattr(deed, "__name__", "a loop"), type(error).__name__)
            try:
                await asyncio.wait_for(knock.wait(), seconds)
            except TimeoutError:
                continue
            knock.clear()


def _id_of(key: UUID) -> int:
    return Conversation.objects.values_list("pk", flat=True).get(key=key)


def change_of(conversation: Conversation, turns: bool, row: bool) -> Change:
    return Change(conversation.pk, conversation.key, conversation.owner_id, turns, row)


def _changes(reply_ids: list[int]) -> list[Change]:
    ids = Reply.objects.filter(pk__in=reply_ids).values_list("conversation_id", flat=True)
    return list(_changes_of(list(ids), turns=True))


def _changes_of(conversation_ids: list[int], turns: bool = False) -> list[Change]:
    rows = Conversation.objects.filter(pk__in=conversation_ids).values_list("pk", "key", "owner_id")
    return [Change(pk, key, owner_id, turns=turns) for pk, key, owner_id in rows]
