"""Who may watch: an open socket has exactly the rights that its person has now."""

import asyncio
import json
import time
import uuid

import pytest
import websockets

from tests.server.process import ServeProcess

from .peek import Peek
from .people import Person, let_in


async def refused(connecting) -> int:
    with pytest.raises(websockets.InvalidStatus) as status:
        async with connecting:
            pass
    return status.value.response.status_code


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://localhost.evil:{port}",
    ],
)
async def test_a_socket_from_elsewhere_is_refused(alice, origin):
    port = alice.server.base_url.rsplit(":", 1)[1]
    assert await refused(alice.socket(origin=origin and origin.format(port=port))) == 403


@pytest.mark.parametrize("cookies", ["", "session=", "session=x" + "y" * 31, "session=../../etc/passwd"])
async def test_a_socket_without_a_session_is_refused(alice, cookies):
    assert await refused(alice.socket(cookies=cookies)) == 403


async def test_nobody_watches_what_is_somebody_elses(alice, bob):
    told = await alice.send("[[standin tokens=60 rate=60]]")
    async with bob.tab() as spy, alice.tab() as owner:
        await owner.watch(told["conversation"])
        await spy.watch(told["conversation"])
        assert spy.frames[-1] == {"t": "watching", "c": told["conversation"], "running": []}
        await owner.until_end(told["reply"])
        await spy.say({"ping": 1})
        await spy.until(lambda: spy.frames[-1]["t"] == "pong")
        assert [f["t"] for f in spy.frames] == ["hello", "watching", "pong"]
    assert (await bob.http.get(f"/r/{told['reply']}/tail/")).status_code == 404
    assert (await bob.post(f"/r/{told['reply']}/stop/")).status_code == 404
    assert (
        await bob.post(f"/c/{told['conversation']}/send/", ask=str(uuid.uuid4()), text="hi")
    ).status_code == 404


async def test_who_watches_another_conversation_is_not_sent_the_first(alice):
    one = await alice.send("[[standin tokens=100 rate=80]]")
    two = await alice.send("[[standin tokens=100 rate=80]]")
    async with alice.tab() as tab:
        await tab.watch(one["conversation"])
        await tab.until(lambda: len(tab.logs.get(one["reply"], [])) > 2)
        await tab.watch(two["conversation"])
        before = len(tab.logs[one["reply"]])
        await tab.until_end(two["reply"])
        assert len(tab.logs[one["reply"]]) <= before + 1


@pytest.mark.parametrize(
    "word", ["", "{", "[]", "1", '"watch"', '{"watch": 5}', '{"watch": "x"}', '{"ack": "many"}', '{"ack": -5}',
             '{"ack": 1e300}', '{"ack": null}', '{"shout": 1}', '{"watch": {"a": []}}', "\x00", '{"watch": "%s"}']
)  # fmt: skip
async def test_words_that_make_no_sense_do_no_harm(alice, word):
    async with alice.tab() as tab:
        await tab.say(word.replace("%s", str(uuid.uuid4())))
        await tab.say({"ping": 1})
        await tab.until(lambda: any(f["t"] == "pong" for f in tab.frames))


async def test_who_floods_is_closed_and_others_are_served(alice, bob):
    async with alice.tab() as loud, bob.tab() as quiet:
        for _ in range(400):
            try:
                await loud.say({"ping": 1})
            except websockets.ConnectionClosed:
                break
        await loud.until(lambda: loud.closed is not None)
        assert loud.closed == 4429
        await quiet.say({"ping": 1})
        await quiet.until(lambda: quiet.frames[-1]["t"] == "pong", 2)


async def test_a_word_that_is_too_long_closes_too(alice):
    async with alice.tab() as tab:
        await tab.say(json.dumps({"watch": "x" * 3000}))
        await tab.until(lambda: tab.closed is not None)
        assert tab.closed == 4429


async def test_a_tab_that_never_acknowledges_is_not_sent_without_end_and_finds_all_of_it_later(alice, peek):
    told = await alice.send("[[standin tokens=3000 rate=600 reasoning=0]]")
    async with alice.socket() as deaf:
        await deaf.recv()
        await deaf.send(json.dumps({"watch": told["conversation"]}))
        grew = 0
        await alice.ended(told["reply"], 30)
        try:
            while True:
                frame = json.loads(await asyncio.wait_for(deaf.recv(), 1))
                grew += frame["t"] == "grew"
        except TimeoutError:
            pass
    assert grew <= 201
    assert len((await alice.tail(told["reply"]))["events"]) == len(peek.log(told["reply"]))


@pytest.fixture
async def town(environment):
    """A house of its own, whose people may be put out."""
    with ServeProcess(env=environment) as server:
        people = {name: Person(server, **row) for name, row in let_in(server).items()}
        yield people
        for person in people.values():
            await person.close()


async def test_when_access_is_taken_away_sockets_and_answers_end_within_two_seconds(town):
    alice, ada, bob = town["alice"], town["ada"], town["bob"]
    peek = Peek(alice.server.database)
    told = await alice.send("[[standin tokens=5000 rate=50]]")
    waiting = await alice.send("next", told["conversation"])
    async with alice.tab() as tab, alice.tab() as second, bob.tab() as other:
        await tab.watch(told["conversation"])
        await tab.until(lambda: tab.logs.get(told["reply"]))
        began = time.monotonic()
        done = await ada.post(f"/team/{alice.id}/deactivate/")
        assert done.status_code in (200, 204, 302)
        for one in (tab, second):
            await one.until(lambda one=one: one.closed is not None, 3)
            assert one.closed == 4401
        while peek.reply(told["reply"])["state"] == "running":
            await asyncio.sleep(0.02)
        assert time.monotonic() - began < 2
        assert other.closed is None
    assert peek.reply(told["reply"])["state"] == "stopped"
    log = peek.log(told["reply"])
    assert log[: len(tab.logs[told["reply"]])] == tab.logs[told["reply"]]
    assert (await alice.http.get("/list/")).status_code == 401
    assert await refused(alice.socket()) == 403
    await asyncio.sleep(1.5)
    assert peek.reply(waiting["reply"])["state"] != "running"


async def test_signing_out_closes_that_browsers_sockets_and_no_others(town):
    alice = town["alice"]
    again = Person(alice.server, **let_in(alice.server)["alice"])
    told = await alice.send("[[standin tokens=60 rate=20]]")
    async with alice.tab() as here, again.tab() as there:
        await here.watch(told["conversation"])
        await there.watch(told["conversation"])
        began = time.monotonic()
        out = await alice.post("/accounts/logout/")
        assert out.status_code in (200, 204, 302)
        await here.until(lambda: here.closed is not None, 3)
        assert here.closed == 4401
        assert time.monotonic() - began < 2
        assert (await there.until_end(told["reply"]))["state"] == "complete", "the answer belongs to the server"
        assert there.closed is None
    await again.close()
