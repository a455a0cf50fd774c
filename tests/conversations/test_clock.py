"""The group commit: what is stored before it is sent, in which order, and what happens when it cannot be."""

import asyncio
import time
from contextlib import asynccontextmanager

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone

from chatapp.conversations import clock as clock_module
from chatapp.conversations import log
from chatapp.conversations.clock import Clock
from chatapp.conversations.log import Ending
from chatapp.conversations.models import Event, Message, Reply
from chatapp.conversations.stop import stop

from .stories import ELSEWHERE, HERE, asked

pytestmark = pytest.mark.django_db(transaction=True)
asks = sync_to_async(asked)


@sync_to_async
def stored(reply) -> list[tuple[int, str, object]]:
    """The log of a Reply (or of the Line of one)."""
    rows = (
        Event.objects.filter(reply_id=getattr(reply, "reply_id", None) or reply.pk)
        .order_by("seq")
        .values_list("seq", "kind", "data")
    )
    return [(seq, kind, orjson.loads(data)) for seq, kind, data in rows]


@sync_to_async
def fresh(reply) -> Reply:
    return Reply.objects.select_related("message").get(pk=reply.pk)


def opened(clock: Clock, told):
    return clock.open(
        reply_id=told.reply.pk,
        reply_key=str(told.reply.key),
        message_key=str(told.reply.message.key),
        conversation_key=str(told.conversation.key),
        conversation_id=told.conversation.pk,
        owner_id=told.conversation.owner_id,
        seq=0,
    )


class Watcher:
    """Takes the ticks of a clock; checks of each that what it tells is stored by then."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self.ticks: list[clock_module.Tick] = []
        self.told: dict[int, list[tuple[int, str, object]]] = {}
        self.changed = asyncio.Event()

    async def watch(self) -> None:
        async for tick in self.clock.ticks():
            self.ticks.append(tick)
            for grown in tick.grown:
                events = [(seq, kind, orjson.loads(data)) for seq, kind, data in grown.events]
                in_database = await stored(grown.line)
                assert in_database[events[0][0] - 1 : events[-1][0]] == events, "told before it was stored"
                self.told.setdefault(grown.line.reply_id, []).extend(events)
            self.changed.set()

    async def until(self, condition, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def running():
    clock = Clock(HERE)
    watcher = Watcher(clock)
    task = asyncio.create_task(watcher.watch())
    try:
        yield clock, watcher
    finally:
        clock.close()
        async with asyncio.timeout(10):
            await task


def complete(text: str, reasoning: str = "") -> Ending:
    return Ending("complete", text, reasoning, "stop")


async def test_every_event_is_numbered_without_a_gap_and_stored_before_it_is_told(alice):
    told = await asks(alice)
    async with running() as (clock, watcher):
        line = opened(clock, told)
        pieces = [f"{n} " for n in range(300)]
        for n, piece in enumerate(pieces):
            (line.reasoning if n < 100 else line.text)(piece)
            if n % 7 == 0:
                await asyncio.sleep(0)
            if n % 50 == 0:
                line.notice({"code": "busy", "sentence": f"{n}"})
                await asyncio.sleep(0.03)
        line.end(complete("".join(pieces[100:]), "".join(pieces[:100])))
        await asyncio.wait_for(line.ended.wait(), 5)
        await watcher.until(lambda: watcher.told[told.reply.pk][-1][1] == "end")
    events = await stored(told.reply)
    assert watcher.told[told.reply.pk] == events
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    assert "".join(d for _, kind, d in events if kind == "text") == "".join(pieces[100:])
    assert "".join(d for _, kind, d in events if kind == "reasoning") == "".join(pieces[:100])
    assert len(watcher.ticks) < 60, "it collects: fewer commits than words"
    reply = await fresh(told.reply)
    assert (reply.state, reply.last_seq, reply.message.text) == ("complete", len(events), "".join(pieces[100:]))


async def test_all_replies_of_a_process_share_a_commit(alice, bob):
    told = [await asks(user) for user in (alice, bob)]
    async with running() as (clock, watcher):
        lines = [opened(clock, t) for t in told]
        await watcher.until(lambda: watcher.ticks)
        for line in lines:
            line.text("Hello")
        await watcher.until(lambda: len(watcher.told) == 2)
        tick = next(tick for tick in watcher.ticks if tick.grown)
        assert len(tick.grown) == 2
        for line in lines:
            line.end(complete("Hello"))


async def test_the_first_words_do_not_wait_for_the_pause(alice, bob, monkeypatch):
    monkeypatch.setattr(clock_module, "SHORTEST_PAUSE", 3.0)
    monkeypatch.setattr(clock_module, "LONGEST_PAUSE", 3.0)
    busy, told = await asks(alice), await asks(bob)
    async with running() as (clock, watcher):
        other = opened(clock, busy)
        other.text("first")
        await watcher.until(lambda: busy.reply.pk in watcher.told)
        other.text(" second")
        line = opened(clock, told)
        began = time.monotonic()
        line.text("Hello")
        await watcher.until(lambda: told.reply.pk in watcher.told)
        assert time.monotonic() - began < 1.5
        for one in (line, other):
            one.end(complete(""))


async def test_later_words_wait_for_the_pause_and_come_together(alice, monkeypatch):
    monkeypatch.setattr(clock_module, "SHORTEST_PAUSE", 0.3)
    monkeypatch.setattr(clock_module, "LONGEST_PAUSE", 0.3)
    told = await asks(alice)
    async with running() as (clock, watcher):
        line = opened(clock, told)
        line.text("first")
        await watcher.until(lambda: told.reply.pk in watcher.told)
        ticks = len(watcher.ticks)
        for n in range(10):
            line.text(f" {n}")
            await asyncio.sleep(0.005)
        await watcher.until(lambda: len(watcher.told[told.reply.pk]) > 1)
        assert watcher.told[told.reply.pk][1] == (2, "text", " 0 1 2 3 4 5 6 7 8 9")
        assert len(watcher.ticks) <= ticks + 2
        line.end(complete(""))


async def test_a_reply_that_says_nothing_for_long_keeps_its_lease(alice):
    told = await asks(alice)
    async with running() as (clock, watcher):
        await asyncio.sleep(0.1)  # the clock is asleep by now
        first = (await fresh(told.reply)).lease_until
        line = opened(clock, told)
        await watcher.until(lambda: watcher.ticks)
        assert (await fresh(told.reply)).lease_until > first
        line.end(complete(""))


async def test_while_the_database_is_away_everything_waits_and_nothing_is_lost(alice, monkeypatch):
    """Failures before the commit, and one after it: its outcome is then unknown to the clock."""
    told = await asks(alice)
    real, calls = log.commit, []

    def flaky(*args):
        calls.append(args)
        if len(calls) in (2, 3):
            raise OperationalError("the database is away")
        result = real(*args)
        if len(calls) in (5, 6):
            raise OperationalError("the connection broke after the commit")
        return result

    monkeypatch.setattr(clock_module.log, "commit", flaky)
    monkeypatch.setattr(clock_module, "RETRY_SECONDS", (0.02,))
    async with running() as (clock, watcher):
        line = opened(clock, told)
        for n in range(30):
            line.text(f"{n} ")
            await asyncio.sleep(0.01)
        await watcher.until(lambda: len(calls) > 8)
        line.end(complete("".join(f"{n} " for n in range(30))))
        await asyncio.wait_for(line.ended.wait(), 5)
    events = await stored(told.reply)
    assert watcher.told[told.reply.pk] == events
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    assert "".join(d for _, kind, d in events if kind == "text") == "".join(f"{n} " for n in range(30))


async def test_an_end_whose_commit_is_unknown_lets_the_reply_go(alice, monkeypatch):
    """It may be stored; the row is no longer running, so so the tabs are to look for themselves."""
    told = await asks(alice)
    real = log.commit

    def breaks_after_the_end(*args):
        result = real(*args)
        if any(write.ending for write in args[2]) and not result.lost:
            raise OperationalError("the connection broke after the commit")
        return result

    monkeypatch.setattr(clock_module.log, "commit", breaks_after_the_end)
    monkeypatch.setattr(clock_module, "RETRY_SECONDS", (0.02,))
    async with running() as (clock, watcher):
        line = opened(clock, told)
        line.text("All.")
        line.end(complete("All."))
        await asyncio.wait_for(line.ended.wait(), 5)
        await watcher.until(lambda: any(tick.lost for tick in watcher.ticks))
        assert clock.lines == {}
    assert (await fresh(told.reply)).state == "complete"
    assert (await fresh(told.reply)).message.text == "All."


async def test_a_value_the_database_refuses_costs_one_reply_and_not_the_others(alice, bob):
    poisoned, healthy = await asks(alice), await asks(bob)
    async with running() as (clock, watcher):
        bad, good = opened(clock, poisoned), opened(clock, healthy)
        await watcher.until(lambda: watcher.ticks)
        bad.text("before")
        good.text("before")
        bad.remember(attempts="not a number")
        await asyncio.wait_for(bad.ended.wait(), 5)
        bad.text("after")
        good.text(" and after")
        good.end(complete("before and after"))
        await asyncio.wait_for(good.ended.wait(), 5)
        assert [line.reply_id for tick in watcher.ticks for line in tick.lost] == [poisoned.reply.pk]
    assert (await fresh(healthy.reply)).state == "complete"
    events = await stored(healthy.reply)
    assert "".join(d for _, kind, d in events if kind == "text") == "before and after"
    bad_events = await stored(poisoned.reply)
    assert [seq for seq, _, _ in bad_events] == list(range(1, len(bad_events) + 1))
    assert (await fresh(poisoned.reply)).state == "running", "its lease runs out, and the reaper ends it"


async def test_a_reply_taken_over_by_another_process_falls_silent(alice):
    told = await asks(alice)
    async with running() as (clock, watcher):
        line = opened(clock, told)
        line.text("mine")
        await watcher.until(lambda: told.reply.pk in watcher.told)
        await sync_to_async(Reply.objects.filter(pk=told.reply.pk).update)(owner=ELSEWHERE)
        line.text(" still mine")
        await asyncio.wait_for(line.ended.wait(), 5)
        line.text(" and still")
        line.end(complete("mine still mine and still"))
        assert clock.lines == {}
    assert await stored(told.reply) == [(1, "text", "mine")]
    assert (await fresh(told.reply)).state == "running"


async def test_a_stop_is_read_within_a_second_though_nothing_is_said(alice):
    told = await asks(alice)
    async with running() as (clock, watcher):
        line = opened(clock, told)
        await watcher.until(lambda: watcher.ticks)
        await sync_to_async(stop)(told.reply)
        began = time.monotonic()
        await watcher.until(lambda: any(told.reply.pk in tick.stops for tick in watcher.ticks))
        assert time.monotonic() - began < 1
        line.end(Ending("stopped", "", ""))


async def test_a_look_is_taken_at_once_when_asked_for(alice, monkeypatch):
    monkeypatch.setattr(clock_module, "LOOK_SECONDS", 30)
    told = await asks(alice)
    async with running() as (clock, watcher):
        line = opened(clock, told)
        await watcher.until(lambda: watcher.ticks)
        await sync_to_async(stop)(told.reply)
        clock.look()
        await watcher.until(lambda: any(told.reply.pk in tick.stops for tick in watcher.ticks), seconds=2)
        line.end(Ending("stopped", "", ""))


async def test_words_that_cannot_be_stored_are_made_storable(alice):
    told = await asks(alice)
    async with running() as (clock, _):
        line = opened(clock, told)
        line.text("a\x00b")
        line.notice({"code": "x", "sentence": "c"})
        line.text("d\ud83de")
        line.end(complete("as client.py cleans it"))
        await asyncio.wait_for(line.ended.wait(), 5)
    assert [d for _, kind, d in await stored(told.reply) if kind == "text"] == ["a\ufffdb", "d?e"]


async def test_a_closed_clock_stores_what_is_left_first(alice):
    told = await asks(alice)
    async with running() as (clock, _):
        line = opened(clock, told)
        line.text("last words")
        line.end(complete("last words"))
    assert (await fresh(told.reply)).state == "complete"
    assert await sync_to_async(Message.objects.filter(text="last words").exists)()
    assert (await fresh(told.reply)).ended_at <= timezone.now()


def test_the_pause_grows_with_the_replies_up_to_a_bound():
    clock = Clock(HERE)
    pauses = []
    for n in (0, 1, 50, 100, 1000):
        clock.lines = dict.fromkeys(range(n))
        pauses.append(clock.pause_seconds())
    assert pauses == sorted(pauses)
    assert pauses[0] == clock_module.SHORTEST_PAUSE
    assert pauses[-1] == clock_module.LONGEST_PAUSE


async def test_first_words_are_the_first_commit_and_leave_the_leases_to_the_next(alice, monkeypatch):
    monkeypatch.setattr(clock_module, "SHORTEST_PAUSE", 0.3)
    told = await asks(alice)
    async with running() as (clock, watcher):
        await asyncio.sleep(0.1)  # the clock is asleep by now
        first = (await fresh(told.reply)).lease_until
        line = opened(clock, told)
        await asyncio.sleep(0.05)
        line.text("Hello")
        await watcher.until(lambda: watcher.ticks)
        assert watcher.ticks[0].grown
        assert (await fresh(told.reply)).lease_until == first
        await watcher.until(lambda: len(watcher.ticks) > 1)
        assert (await fresh(told.reply)).lease_until > first
        line.end(complete("Hello"))
