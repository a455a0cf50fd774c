"""Links at a running server: what ends one, ends it at once, for readers without a session too."""

import asyncio
import re
import time
import uuid

import httpx
import pytest

from tests.server.process import ServeProcess

from .people import Person, let_in


async def shared(owner: Person, **choice: str) -> tuple[str, str, str]:
    """Ask, share the answer; conversation, the link's key and its path."""
    told = await owner.send('Keep this [[standin text="Shared words" reasoning=0]]')
    await owner.ended(told["reply"])
    form = {"audience": "anyone", "until": "1"} | choice
    made = await owner.post(f"/c/{told['conversation']}/share/make/", **form)
    assert made.status_code == 200, made.text
    path = re.search(r'value="http[^"]+(/s/[^"]+)"', made.text)[1]
    return told["conversation"], re.search(r'data-link="([^"]+)"', made.text)[1], path


@pytest.fixture
async def stranger(house):
    async with httpx.AsyncClient(base_url=house.base_url, headers={"Accept": "text/html"}) as client:
        yield client


async def test_a_revoked_link_is_gone_within_a_second(alice, stranger):
    conversation, key, path = await shared(alice)
    seen = await stranger.get(path)
    assert seen.status_code == 200
    assert "Shared words" in seen.text
    assert "set-cookie" not in seen.headers
    assert seen.headers["cache-control"] == "private, no-store"
    assert "'unsafe" not in seen.headers["content-security-policy"]
    began = time.monotonic()
    assert (await alice.post(f"/c/{conversation}/share/revoke/", link=key)).status_code == 200
    gone = await stranger.get(path)
    assert time.monotonic() - began < 1
    assert gone.status_code == 404
    assert "Shared words" not in gone.text


async def test_deleting_the_conversation_ends_its_link(alice, stranger):
    conversation, _, path = await shared(alice)
    assert (await stranger.get(path)).status_code == 200
    await alice.order("delete", conversation)
    assert (await stranger.get(path)).status_code == 404


async def test_another_process_knows_at_once(pair):
    one, two = pair
    alice = Person(one, **one.people["alice"])
    conversation, key, path = await shared(alice)
    async with httpx.AsyncClient(base_url=two.base_url) as stranger:
        assert (await stranger.get(path)).status_code == 200
        await alice.post(f"/c/{conversation}/share/revoke/", link=key)
        assert (await stranger.get(path)).status_code == 404
    await alice.close()


async def test_the_address_of_a_link_is_in_no_log(environment):
    with ServeProcess(env=environment) as server:
        alice = Person(server, **let_in(server)["alice"])
        _, _, path = await shared(alice)
        async with httpx.AsyncClient(base_url=server.base_url) as stranger:
            await stranger.get(path)
            await stranger.get(path + "nothing/")
        await alice.close()
        assert path.split("/")[2] not in server.output


async def test_when_the_owner_is_deactivated_the_links_end(environment):
    with ServeProcess(env=environment) as server:
        people = {name: Person(server, **row) for name, row in let_in(server).items()}
        _, _, path = await shared(people["alice"])
        async with httpx.AsyncClient(base_url=server.base_url) as stranger:
            assert (await stranger.get(path)).status_code == 200
            await people["ada"].post(f"/team/{people['alice'].id}/deactivate/")
            assert (await stranger.get(path)).status_code == 404
        for person in people.values():
            await person.close()


async def test_a_stop_leaves_its_signal_without_being_waited_for(alice, peek):
    told = await alice.send("[[standin tokens=2000 rate=50]]")
    assert (await alice.post(f"/r/{told['reply']}/stop/")).status_code == 204
    assert (await alice.ended(told["reply"]))["state"] == "stopped"
    async with asyncio.timeout(10):
        while not peek.rows(
            "SELECT s.kind FROM feedback_signal s JOIN conversations_reply r ON r.id = s.reply_id"
            " WHERE r.key = ? AND s.kind = 'stop'",
            uuid.UUID(told["reply"]),
        ):
            await asyncio.sleep(0.02)
