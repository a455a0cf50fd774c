"""The earlier part of a chat is condensed by the model, on the server, whatever the tabs do meanwhile."""

import asyncio
import json
import re
import time

from tests.server.process import Database, ServeProcess

from .people import Person, let_in


async def told_at_length(alice: Person, exchanges: int = 4) -> str:
    """A conversation of so many short exchanges; its key."""
    conversation = None
    for n in range(exchanges):
        told = await alice.send(f"Say: answer {n}. [[standin reasoning=0 rate=0]]", conversation)
        conversation = told["conversation"]
        await alice.ended(told["reply"])
    return conversation


async def page_says(alice: Person, conversation: str, words: str, seconds: float = 15) -> str:
    deadline = time.monotonic() + seconds
    while True:
        page = await alice.page(f"/c/{conversation}/")
        if words in page:
            return page
        assert time.monotonic() < deadline, f"the page never said {words!r}"
        await asyncio.sleep(0.05)


async def test_a_summary_is_made_told_to_every_tab_and_sent_in_the_place_of_the_messages(alice, upstream):
    conversation = await told_at_length(alice)
    async with alice.tab() as tab:
        await tab.watch(conversation)
        began = await alice.post(f"/c/{conversation}/compact/begin/", keep="2")
        assert began.status_code == 204
        page = await page_says(alice, conversation, "Stands for the first 4 messages")
        await tab.until(lambda: sum(frame["t"] == "turns" for frame in tab.frames) >= 2)
    assert "The user asked: Say: answer 0." in page
    word = f"x={time.monotonic_ns()}"
    asked = await alice.send(f"And now? [[standin tokens=3 {word}]]", conversation)
    await alice.ended(asked["reply"])
    [call] = await upstream.calls(word)
    roles = [message["role"] for message in call["body"]["messages"]]
    assert roles == ["user", "user", "assistant", "user", "assistant", "user"]
    assert call["body"]["messages"][0]["content"].startswith("What follows is a summary")
    reply_page = await alice.page(f"/c/{conversation}/")
    answer = re.findall(r"id=\"m-([0-9a-f-]{36})\"", reply_page)[-1]
    assert "in the place of the first 4 messages" in await alice.page(f"/m/{answer}/about/")


async def test_undo_sends_the_messages_again(alice, upstream):
    conversation = await told_at_length(alice)
    await alice.post(f"/c/{conversation}/compact/begin/", keep="2")
    page = await page_says(alice, conversation, "Stands for the first 4 messages")
    upto = re.findall(r'id="m-([0-9a-f-]{36})"', page.split('data-summary="', 1)[0])[-1]
    assert (await alice.post(f"/m/{upto}/summary/remove/")).status_code == 204
    word = f"x={time.monotonic_ns()}"
    await alice.ended((await alice.send(f"And now? [[standin tokens=3 {word}]]", conversation))["reply"])
    [call] = await upstream.calls(word)
    assert len(call["body"]["messages"]) == 9
    assert (await alice.post(f"/m/{upto}/summary/edit/", text="Mine")).status_code == 409


async def test_what_a_killed_server_was_writing_is_marked_as_failed_by_the_next(environment):
    database = Database()
    try:
        with ServeProcess(env=environment, database=database) as server:
            alice = Person(server, **let_in(server)["alice"])
            # The directive slows the condensing down; the messages themselves are there already.
            texts = ["[[standin head=60]] one", "two", "three", "four", "five", "six"]
            call = f"from tests.browser import people; people.write({alice.id}, 'Long', {texts!r})"
            conversation = json.loads(
                server.manage("shell", "-v", "0", "-c", call).split("told:", 1)[1].splitlines()[0]
            )
            assert (await alice.post(f"/c/{conversation}/compact/begin/", keep="2")).status_code == 204
            await page_says(alice, conversation, "Summary being written")
            server.kill()
            await alice.close()
        with ServeProcess(env=environment, database=database) as server:
            alice = Person(server, **let_in(server)["alice"])
            page = await page_says(alice, conversation, "Summary not written", 25)
            assert "Nothing was changed; try again." in page
            assert "Try again" in page
            await alice.close()
    finally:
        database.close()
