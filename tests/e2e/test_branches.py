"""Two tabs that go on from the same message: two branches, nothing written over, both told within two seconds."""

import time
import uuid

from .people import Person, Refusal


async def begun(alice: Person) -> tuple[str, str]:
    """A chat with one answered question: its key, and that of the answer."""
    first = await alice.send("first [[standin tokens=5 reasoning=0]]")
    told = await alice.ended(first["reply"])
    return first["conversation"], told["message"]


async def send_below(person: Person, conversation: str, parent: str, text: str) -> dict:
    """Ask as a page does whose last message is `parent`."""
    response = await person.post(f"/c/{conversation}/send/", ask=str(uuid.uuid4()), text=text, parent=parent)
    if response.status_code != 200:
        raise Refusal(response.text[:500])
    return response.json()


async def converge(here: Person, there: Person, peek) -> None:
    """Ask in both at once; both tabs hear of both, and show the branch that came last with the other beside it."""
    conversation, answer = await begun(here)
    async with here.tab() as one, there.tab() as two:
        for tab in (one, two):
            await tab.watch(conversation)
            tab.frames.clear()
        mine = await send_below(here, conversation, answer, "mine [[standin tokens=200 rate=100 reasoning=0]]")
        theirs = await send_below(there, conversation, answer, "theirs [[standin tokens=5 reasoning=0]]")
        asked = time.monotonic()
        assert (mine["rival"], theirs["rival"]) == (None, mine["message"])
        for tab in (one, two):
            await tab.until(lambda tab=tab: sum(f["t"] == "turns" for f in tab.frames) >= 2, 2)
        assert time.monotonic() - asked < 2
        for person in (here, there):
            page = await person.page(f"/c/{conversation}/")
            assert f"m-{theirs['message']}" in page
            assert f'data-sibling="{mine["message"]}"' in page
        for tab in (one, two):
            await tab.until_end(theirs["reply"])
            await tab.until_end(mine["reply"])
    assert peek.reply(mine["reply"])["state"] == peek.reply(theirs["reply"])["state"] == "complete"
    assert len(peek.text(mine["reply"])[0].split()) > len(peek.text(theirs["reply"])[0].split())


async def test_in_one_process(alice, peek):
    await converge(alice, alice, peek)
