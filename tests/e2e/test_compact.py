"""The earlier part of a chat is condensed by the model, on the server, whatever the tabs do meanwhile."""

import asyncio
import re
import time

from .people import Person


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
