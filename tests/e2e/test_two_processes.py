"""Ask in one process, watch in the other, stop from the other; and what remains when the doorbell is gone."""

import asyncio
import datetime
import time
import uuid

import pytest

from tests.server.process import Database, ServeProcess

from .peek import Peek
from .people import Person, let_in
from .redis import Redis


@pytest.fixture
async def both(pair):
    """Alice at one server and at the other."""
    one, two = pair
    people = Person(one, **one.people["alice"]), Person(two, **one.people["alice"])
    yield people
    for person in people:
        await person.close()


async def test_asked_in_one_and_watched_in_the_other_it_is_the_same_log(both, pair):
    here, there = both
    told = await here.send("[[standin tokens=150 rate=60 reasoning=20]]")
    async with here.tab() as mine, there.tab() as other:
        await mine.watch(told["conversation"])
        await other.watch(told["conversation"])
        await mine.until_end(told["reply"])
        await other.until(lambda: other.has_ended(told["reply"]))
        grew = [frame for frame in other.frames if frame["t"] == "grew"]
        assert len(grew) > 3, "it arrives while it is written, not in one piece at the end"
        assert mine.logs == other.logs == {told["reply"]: Peek(pair[0].database).log(told["reply"])}
        assert other.at[told["reply"]] - mine.at[told["reply"]] < 2.5


async def test_stopped_from_the_other_it_ends_within_a_second(both, pair, upstream):
    here, there = both
    word = f"x={uuid.uuid4().hex}"
    told = await here.send(f"[[standin tokens=5000 rate=50 {word}]]")
    async with here.tab() as tab:
        await tab.watch(told["conversation"])
        await tab.until(lambda: tab.logs.get(told["reply"]))
        pressed = time.monotonic()
        assert (await there.post(f"/r/{told['reply']}/stop/")).status_code == 204
        assert (await tab.until_end(told["reply"], 3))["state"] == "stopped"
        assert tab.at[told["reply"]] - pressed < 1
    assert (await upstream.until_closed(word))["outcome"] == "client_closed"


async def test_one_press_sent_to_both_twenty_times_is_one_question_and_one_call(both, pair, upstream):
    conversation, press, word = str(uuid.uuid4()), str(uuid.uuid4()), f"x={uuid.uuid4().hex}"
    told = await asyncio.gather(
        *[both[n % 2].send(f"[[standin tokens=20 rate=100 {word}]]", conversation, press) for n in range(20)]
    )
    assert len({t["reply"] for t in told}) == 1
    assert sorted(t["repeat"] for t in told) == [False] + [True] * 19
    await both[0].ended(told[0]["reply"])
    assert len(await upstream.calls(word)) == 1


async def test_a_question_queued_in_the_other_has_its_turn(both, pair):
    here, there = both
    first = await here.send("[[standin tokens=40 rate=40 reasoning=0]]")
    second = await there.send("second [[standin tokens=5]]", first["conversation"])
    assert second["state"] == "queued"
    async with there.tab() as tab:
        await tab.watch(first["conversation"])
        assert (await tab.until_end(second["reply"]))["state"] == "complete"


async def test_a_draft_and_the_stop_of_a_waiting_question_reach_the_tabs_of_the_other(both, pair):
    here, there = both
    first = await here.send("[[standin tokens=80 rate=40 reasoning=0]]")
    waits = await here.send("second", first["conversation"])
    async with there.tab() as tab:
        await tab.watch(first["conversation"])
        await here.post(f"/c/{first['conversation']}/draft/", text="Half a thought")
        await tab.until(lambda: any(f["t"] == "draft" and f["text"] == "Half a thought" for f in tab.frames))
        await here.post(f"/r/{waits['reply']}/stop/")
        await tab.until(lambda: any(f["t"] == "grew" and f["r"] == waits["reply"] for f in tab.frames))
        assert tab.logs[waits["reply"]][-1][1] == "end"
        await here.post(f"/r/{first['reply']}/stop/")
        await tab.until_end(first["reply"])


async def test_a_tab_in_the_other_hears_that_the_branch_changed(both, pair):
    here, there = both
    conversation = str(uuid.uuid4())
    await here.ended((await here.send("[[standin tokens=3]]", conversation))["reply"])
    async with there.tab() as tab:
        await tab.watch(conversation)
        told = await here.send("more [[standin tokens=3]]", conversation)
        await tab.until(lambda: any(f["t"] == "turns" and f["c"] == conversation for f in tab.frames))
        assert told["state"] == "running"


async def test_put_out_in_one_the_sockets_of_the_other_close(pair, environment):
    one, two = pair
    people = let_in(one)
    bob, ada = Person(two, **people["bob"]), Person(one, **people["ada"])
    async with bob.tab() as tab:
        began = time.monotonic()
        await ada.post(f"/team/{bob.id}/deactivate/")
        await tab.until(lambda: tab.closed is not None, 3)
        assert tab.closed == 4401
        assert time.monotonic() - began < 2
    await ada.post(f"/team/{bob.id}/reactivate/")
    await bob.close()
    await ada.close()


async def test_a_visit_opened_in_one_lets_the_parts_of_the_page_through_in_the_other_until_it_is_ended(pair):
    one, two = pair
    alice, ada = Person(one, **one.people["alice"]), Person(one, **let_in(one)["ada"])
    here, there = Person(one, **one.people["rita"]), Person(two, **one.people["rita"])
    told = await alice.send("Tulips [[standin tokens=5]]")
    await alice.ended(told["reply"])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    right = {"reviewer": str(here.id), "scope": "everyone", "first": today, "last": today, "reason": "Quality"}
    assert (await ada.post("/team/reviews/grant/", **right)).status_code == 302
    address = f"/review/c/{told['conversation']}/"
    parts = [f"{address}branches/", f"{address}here/", f"{address}m/{told['message']}/about/"]

    async def seen(person: Person) -> list[int]:
        return [(await person.http.get(part)).status_code for part in parts]

    assert await seen(here) == await seen(there) == [409, 409, 409], "nothing without a reason"
    async with alice.at(two).tab() as tab:
        await tab.watch(told["conversation"])
        assert (await here.post(f"{address}open/", reason="Checking the answers")).status_code == 200
        await tab.until(lambda: any(frame["t"] == "visits" for frame in tab.frames))
    assert await seen(there) == [200, 204, 200]
    assert "Tulips" in (await there.http.get(address, headers={"Accept": "text/html"})).text
    assert (await there.post(f"{address}close/")).status_code == 204
    assert await seen(here) == [409, 409, 409]
    for person in (alice, ada, here, there):
        await person.close()


async def test_serve_with_two_processes_behaves_as_one(environment, doorbell):
    """Behind one address: it is left to chance which process answers, so it is tried with many tabs."""
    with ServeProcess(env=environment | doorbell, processes=2) as server:
        alice, peek = Person(server, **let_in(server)["alice"]), Peek(server.database)

        async def one(n: int) -> None:
            told = await alice.send(f"{n} [[standin tokens=80 rate=60]]")
            async with alice.tab() as tab, alice.tab() as second:
                await tab.watch(told["conversation"])
                await second.watch(told["conversation"])
                if n % 3 == 0:
                    await alice.post(f"/r/{told['reply']}/stop/")
                for watching in (tab, second):
                    end = await watching.until_end(told["reply"])
                    assert end["state"] == ("complete" if n % 3 else "stopped")
                    assert watching.logs[told["reply"]] == peek.log(told["reply"])

        # As many as one member may have running: a stop of one that waits is told by `turns`, not in its log.
        await asyncio.gather(*[one(n) for n in range(8)])
        await alice.close()


async def test_when_redis_dies_answers_go_on_and_the_other_process_still_sees_them(environment):
    redis = Redis()
    database = Database()
    env = environment | {"REDIS_URL": redis.url, "REDIS_PREFIX": "dying"}
    try:
        with (
            ServeProcess(env=env, database=database) as one,
            ServeProcess(env=env, database=database) as two,
        ):
            who = let_in(one)["alice"]
            here, there, peek = Person(one, **who), Person(two, **who), Peek(database)
            told = await here.send("[[standin tokens=400 rate=60]]")
            async with here.tab() as mine, there.tab() as other:
                await mine.watch(told["conversation"])
                await other.watch(told["conversation"])
                await other.until(lambda: len(other.logs.get(told["reply"], [])) > 3)
                redis.kill()
                async with there.tab() as late:
                    await late.watch(told["conversation"])
                    for tab in (mine, other, late):
                        assert (await tab.until_end(told["reply"], 30))["state"] == "complete"
                        assert tab.logs[told["reply"]] == peek.log(told["reply"])
                again = await there.send("still there? [[standin tokens=500 rate=50]]", told["conversation"])
                await other.until(lambda: other.logs.get(again["reply"]))
                pressed = time.monotonic()
                await here.post(f"/r/{again['reply']}/stop/")
                assert (await other.until_end(again["reply"], 3))["state"] == "stopped"
                assert time.monotonic() - pressed < 1.5, "the stop is a row, the bell only makes it faster"
            await here.close()
            await there.close()
    finally:
        redis.kill()
        database.close()
