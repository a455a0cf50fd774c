"""The lists in every tab: a change in one arrives in the others, in the same process and in another one."""

import json
import time
import uuid

from .people import Person


async def do(person: Person, *conversations: str, **step: str) -> list:
    answer = await person.post("/list/do/", steps=json.dumps([{**step, "c": conversations}]))
    assert answer.status_code == 200, answer.text
    return answer.json()["undo"]


def rows(tab) -> set[str]:
    return {frame["c"] for frame in tab.frames if frame["t"] == "row"}


async def test_a_deed_in_one_process_is_told_to_the_tabs_of_another(pair):
    one, two = pair
    here, there = Person(one, **one.people["alice"]), Person(two, **two.people["alice"])
    told = await here.send("[[standin tokens=3]]")
    await here.ended(told["reply"])
    async with there.tab() as tab:
        tab.frames.clear()
        began = time.monotonic()
        await do(here, told["conversation"], deed="archive")
        await tab.until(lambda: told["conversation"] in rows(tab))
        assert time.monotonic() - began < 2
        page = await there.page(f"/list/{told['conversation']}/")
        assert 'data-shelf="archived"' in page
        tab.frames.clear()
        assert (await here.post("/folders/create/", name=f"Folder {told['conversation']}")).status_code == 200
        await tab.until(lambda: any(frame["t"] == "lists" for frame in tab.frames))
        assert f"Folder {told['conversation']}" in await there.page("/list/shelves/")
    await here.close()
    await there.close()


async def test_many_at_once_are_told_as_one_change_and_only_to_their_owner(alice, bob):
    told = [await alice.send("[[standin tokens=1 reasoning=0]]") for _ in range(21)]
    for one in told:
        await alice.ended(one["reply"])
    async with alice.tab() as tab, bob.tab() as other:
        tab.frames.clear()
        other.frames.clear()
        undo = await do(alice, *(one["conversation"] for one in told), deed="delete")
        await tab.until(lambda: any(frame["t"] == "lists" for frame in tab.frames))
        assert not rows(tab)
        assert (await alice.http.get(f"/c/{told[0]['conversation']}/")).status_code == 404
        await alice.post("/list/do/", steps=json.dumps(undo))
        assert (await alice.http.get(f"/c/{told[0]['conversation']}/")).status_code == 200
        await other.say({"ping": 1})
        await other.until(lambda: any(frame["t"] == "pong" for frame in other.frames))
        assert [frame["t"] for frame in other.frames] == ["pong"]


async def test_deleting_a_running_answer_stops_it_and_delete_now_leaves_no_row(alice, peek, upstream):
    told = await alice.send("[[standin tokens=4000 rate=30]]")
    await do(alice, told["conversation"], deed="delete")
    deadline = time.monotonic() + 10
    while peek.reply(told["reply"])["state"] not in ("stopped", "complete"):
        assert time.monotonic() < deadline, peek.reply(told["reply"])["state"]
    assert peek.reply(told["reply"])["state"] == "stopped"
    await do(alice, told["conversation"], deed="erase")
    while peek.rows("SELECT 1 FROM conversations_reply WHERE key = ?", uuid.UUID(told["reply"])):
        assert time.monotonic() < deadline + 10, "it is erased soon, not at the next round"
