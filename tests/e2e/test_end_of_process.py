"""The end of a process, wanted or not: what was painted stays, every answer reaches an end, tabs come back."""

import asyncio
import datetime
import random
import signal
import time

import pytest

from chatapp.conversations.claim import LEASE_SECONDS
from tests.server.process import Database, ServeProcess

from .peek import Peek
from .people import Person, Refusal, Tab, let_in

KILLS = 30
STREAMS = 4  # of each life


async def begin(alice: Person, directive: str) -> tuple[dict, Tab]:
    """A question and a tab that watches its answer."""
    told = await alice.send(f"[[standin {directive}]]")
    tab = alice.tab()
    await tab.open(told["conversation"])
    return told, tab


async def test_a_restart_lets_short_answers_end_and_saves_the_rest(environment):
    env = environment | {"DRAIN_SECONDS": "3"}
    database = Database()
    try:
        with ServeProcess(env=env, database=database) as server:
            alice, peek = Person(server, **let_in(server)["alice"]), Peek(database)
            short = [await begin(alice, "tokens=60 rate=60") for _ in range(3)]
            long = [await begin(alice, "tokens=3000 rate=60") for _ in range(3)]
            for told, tab in (*short, *long):
                await tab.until(lambda told=told, tab=tab: tab.logs.get(told["reply"]))
            waiting = await alice.send("next [[standin tokens=5]]", long[0][0]["conversation"])
            began = time.monotonic()
            server.signal(signal.SIGTERM)
            for told, tab in short:
                assert (await tab.until_end(told["reply"], 6))["state"] == "complete"
            for told, tab in long:
                end = await tab.until_end(told["reply"], 8)
                assert (end["state"], end["error"]["code"]) == ("interrupted", "restart")
            for _, tab in (*short, *long):
                await tab.until(lambda tab=tab: tab.closed is not None)
                assert tab.closed == 1012
            assert await asyncio.to_thread(server.wait, 20) == 0
            assert time.monotonic() - began < 12
            for told, tab in (*short, *long):
                assert tab.logs[told["reply"]] == peek.log(told["reply"])
                assert peek.text(told["reply"])[0] == tab.text(told["reply"])
                await tab.leave()
            assert peek.reply(waiting["reply"])["state"] == "queued"
            await alice.close()
        with ServeProcess(env=env, database=database) as server:
            alice = Person(server, **let_in(server)["alice"])
            assert (await alice.ended(waiting["reply"]))["state"] == "complete", (
                "it has its turn after the restart"
            )
            await alice.close()
    finally:
        database.close()


async def test_while_draining_a_question_is_refused_and_can_be_sent_again(environment):
    with ServeProcess(env=environment | {"DRAIN_SECONDS": "4"}) as server:
        alice, peek = Person(server, **let_in(server)["alice"]), Peek(server.database)
        told, tab = await begin(alice, "tokens=3000 rate=60")
        await tab.until(lambda: tab.logs.get(told["reply"]))
        before = peek.count("message")
        server.signal(signal.SIGTERM)
        await asyncio.to_thread(server.wait_for_line, "Stopping")
        with pytest.raises(Refusal) as refused:
            await alice.send("too late")
        assert str(refused.value).startswith("503")
        assert peek.count("message") == before
        pressed = time.monotonic()
        assert (await alice.post(f"/r/{told['reply']}/stop/")).status_code == 204, "stop works to the end"
        assert (await tab.until_end(told["reply"], 3))["state"] == "stopped"
        assert time.monotonic() - pressed < 2
        assert await asyncio.to_thread(server.wait, 20) == 0
        await tab.leave()
        await alice.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)  # thirty starts of a server, on any machine
async def test_kill_nine_at_thirty_random_points_loses_nothing_that_was_painted(environment):
    """Each life of the server is cut at a random moment of its streams; a later one finds the orphans."""
    chance = random.Random(30)
    database = Database()
    painted: list[tuple[dict, Tab, datetime.datetime]] = []
    lives: list[tuple[datetime.datetime, datetime.datetime]] = []  # from and until when somebody served
    who = None
    try:
        for life in range(KILLS + 1):
            with ServeProcess(env=environment, database=database) as server:
                serves_since = now()
                who = who or let_in(server)["alice"]
                alice = Person(server, **who)
                if life == KILLS:
                    lives.append((serves_since, now() + datetime.timedelta(days=1)))
                    await everything_has_ended(Peek(database), painted, lives)
                    await reads_back(alice, painted)
                    await alice.close()
                    break
                begun = await asyncio.gather(
                    *[
                        begin(alice, f"tokens={chance.randint(5, 400)} rate={chance.randint(40, 400)}")
                        for _ in range(STREAMS)
                    ]
                )
                await asyncio.sleep(chance.uniform(0, 0.7))  # the random point
                server.kill()
                killed_at = now()
                lives.append((serves_since, killed_at))
                for told, tab in begun:
                    await tab.until(lambda tab=tab: tab.closed is not None)
                    painted.append((told, tab, killed_at))
                    await tab.leave()
                await alice.close()
    finally:
        database.close()


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def due(
    killed_at: datetime.datetime, lives: list[tuple[datetime.datetime, datetime.datetime]]
) -> datetime.datetime:
    """When an orphan must have ended: 5 s after its lease, if somebody serves so long; else after the next start.

    A process reaps when it starts and every three seconds; one that is killed in between may have had no turn.
    """
    lease_out = killed_at + datetime.timedelta(seconds=LEASE_SECONDS)
    turn = datetime.timedelta(seconds=5)
    for since, until in lives:
        if since > killed_at and since >= lease_out:
            return since + turn
        if since > killed_at and until >= lease_out + turn:
            return lease_out + turn
    raise AssertionError("nobody served after the lease")


async def everything_has_ended(
    peek: Peek,
    painted: list[tuple[dict, Tab, datetime.datetime]],
    lives: list[tuple[datetime.datetime, datetime.datetime]],
) -> None:
    deadline = due(painted[-1][2], lives)
    while any(peek.reply(told["reply"])["state"] in ("running", "queued") for told, _, _ in painted):
        assert now() < deadline, "an orphan is still called running"
        await asyncio.sleep(0.2)
    states = set()
    for told, tab, killed_at in painted:
        log, seen, row = peek.log(told["reply"]), tab.logs.get(told["reply"], []), peek.reply(told["reply"])
        assert log[: len(seen)] == seen, "painted, and not in the database"
        assert [seq for seq, _, _ in log] == list(range(1, len(log) + 1))
        assert [kind for _, kind, _ in log].count("end") == 1
        assert log[-1][1] == "end"
        text = "".join(data for _, kind, data in log if kind == "text")
        reasoning = "".join(data for _, kind, data in log if kind == "reasoning")
        assert peek.text(told["reply"]) == (text, reasoning)
        assert row["state"] in ("complete", "interrupted")
        ended_at = row["ended_at"]
        if isinstance(ended_at, str):
            ended_at = datetime.datetime.fromisoformat(ended_at).replace(tzinfo=datetime.UTC)
        assert ended_at < due(killed_at, lives)
        states.add(row["state"])
    assert "interrupted" in states, "the kills came too late to prove anything"


async def reads_back(alice: Person, painted: list[tuple[dict, Tab, datetime.datetime]]) -> None:
    """The page says of the orphans what happened, and asking again works."""
    orphan = next(told for told, tab, _ in painted if not tab.has_ended(told["reply"]))
    page = await alice.page(f"/c/{orphan['conversation']}/")
    assert "went away" in page
    answer = (await alice.tail(orphan["reply"]))["message"]
    again = await alice.post(f"/m/{answer}/retry/", way="retry")
    assert again.status_code == 200
    assert (await alice.post(f"/r/{again.json()['reply']}/stop/")).status_code == 204


async def test_an_orphan_is_found_by_another_process_that_lives_on(pair):
    """Its own server is started and killed here; the pair has nothing to do with its start."""
    one, _ = pair
    env = {name: one.env[name] for name in one.env}
    third = ServeProcess(env=env, database=one.database).start()
    try:
        alice = Person(third, **one.people["alice"])
        told, tab = await begin(alice, "tokens=3000 rate=60")
        await tab.until(lambda: len(tab.logs.get(told["reply"], [])) > 3)
        watcher = alice.at(one)
        async with watcher.tab() as other:
            await other.watch(told["conversation"])
            killed = time.monotonic()
            third.kill()
            end = await other.until_end(told["reply"], 16)
            assert time.monotonic() - killed < 15
        assert (end["state"], end["error"]["code"]) == ("interrupted", "lost_process")
        assert other.logs[told["reply"]][: len(tab.logs[told["reply"]])] == tab.logs[told["reply"]]
        assert other.logs[told["reply"]] == Peek(one.database).log(told["reply"])
        await tab.leave()
        await alice.close()
        await watcher.close()
    finally:
        third.close()
