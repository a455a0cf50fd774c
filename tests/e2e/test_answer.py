"""Ask, watch, come back: what is painted, what is stored and what the page shows are one text."""

import asyncio
import html
import re
import uuid

import pytest

from .people import Refusal


def shown(page: str) -> str:
    """The words of a page's answers, without markup and white space."""
    answers = "".join(
        re.findall(r'data-answer[^>]*>(.*?)</div>\s*(?:<footer|<div class="notice|<p class="marks)', page, re.S)
    )
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", answers)))


async def test_what_is_painted_is_what_is_stored_is_what_the_page_shows(alice, peek):
    conversation = str(uuid.uuid4())
    text = "one two three " * 20
    async with alice.tab() as tab:
        await tab.watch(conversation)
        told = await alice.send(f'Say it. [[standin rate=200 think="Let me see." text="{text}"]]', conversation)
        await tab.watch(conversation)
        end = await tab.until_end(told["reply"])
    assert end["state"] == "complete"
    assert end["finish_reason"] == "stop"
    log = peek.log(told["reply"])
    assert tab.logs[told["reply"]] == log
    assert [seq for seq, _, _ in log] == list(range(1, len(log) + 1))
    assert peek.text(told["reply"]) == (tab.text(told["reply"]), tab.text(told["reply"], "reasoning"))
    assert tab.text(told["reply"]) == text
    assert tab.text(told["reply"], "reasoning") == "Let me see."
    page = await alice.page(f"/c/{conversation}/")
    assert shown(page) == text.replace(" ", "")
    assert (await alice.http.get(f"/m/{told['message']}/source/")).status_code == 200


async def test_the_answer_is_written_though_nobody_watches(alice, peek):
    told = await alice.send("[[standin tokens=40 rate=200]]")
    log = (await alice.ended(told["reply"]))["events"]
    assert log == peek.log(told["reply"])
    assert peek.reply(told["reply"])["state"] == "complete"


async def test_a_tab_that_comes_in_the_middle_has_the_same_in_the_end(alice, peek):
    told = await alice.send("[[standin tokens=150 rate=100 reasoning=30]]")
    async with alice.tab() as first, alice.tab() as second:
        await first.watch(told["conversation"])
        await first.until(lambda: len(first.text(told["reply"])) > 100)
        await second.watch(told["conversation"])
        for tab in (first, second):
            await tab.until_end(told["reply"])
        assert first.logs == second.logs == {told["reply"]: peek.log(told["reply"])}


async def test_the_first_words_are_painted_soon(alice):
    conversation = str(uuid.uuid4())
    await alice.ended((await alice.send("warm up [[standin tokens=3]]", conversation))["reply"])
    async with alice.tab() as tab:
        await tab.watch(conversation)
        loop = asyncio.get_running_loop()
        began = loop.time()
        told = await alice.send("[[standin tokens=100 rate=20 reasoning=0]]", conversation)
        await tab.until(lambda: tab.text(told["reply"]))
        assert loop.time() - began < 1
        await alice.post(f"/r/{told['reply']}/stop/")
        await tab.until_end(told["reply"])


async def test_the_other_tabs_hear_of_the_question_and_of_the_end(alice):
    conversation = str(uuid.uuid4())
    await alice.ended((await alice.send("first [[standin tokens=3]]", conversation))["reply"])
    async with alice.tab() as other, alice.tab() as elsewhere:
        await other.watch(conversation)
        told = await alice.send("second [[standin tokens=10 rate=100]]", conversation)
        await other.until(lambda: any(f["t"] == "turns" and f["c"] == conversation for f in other.frames))
        await elsewhere.until(lambda: any(f["t"] == "row" and f["c"] == conversation for f in elsewhere.frames))
        await other.until_end(told["reply"])
        assert not any(f["t"] in ("grew", "turns") for f in elsewhere.frames), "it does not watch"


async def test_a_repeated_send_is_one_question_and_one_call(alice, peek, upstream):
    conversation, press, word = str(uuid.uuid4()), str(uuid.uuid4()), f"x={uuid.uuid4().hex}"
    text = f"[[standin tokens=20 rate=100 {word}]]"
    before = peek.count("message")
    told = await asyncio.gather(*[alice.send(text, conversation, press) for _ in range(20)])
    assert len({t["reply"] for t in told}) == 1
    assert sorted(t["repeat"] for t in told) == [False] + [True] * 19
    await alice.ended(told[0]["reply"])
    again = await alice.send(text, conversation, press)
    assert (again["reply"], again["repeat"], again["state"]) == (told[0]["reply"], True, "complete")
    assert peek.count("message") == before + 2
    assert len(await upstream.calls(word)) == 1


async def test_what_is_refused_is_not_stored(alice, peek):
    before = peek.count("message"), peek.count("conversation")
    for text in ("", "   ", "x" * 400_001):
        with pytest.raises(Refusal) as refused:
            await alice.send(text)
        assert str(refused.value).startswith("422")
    assert (peek.count("message"), peek.count("conversation")) == before


async def test_a_title_follows_and_never_holds_up_the_answer(alice, peek):
    conversation = str(uuid.uuid4())
    async with alice.tab() as tab:
        told = await alice.send("How do leap years work in the calendar? [[standin tokens=30]]", conversation)
        await alice.ended(told["reply"])
        rows = "SELECT title_by FROM conversations_conversation WHERE key = ?"

        def is_named():
            return peek.rows(rows, uuid.UUID(conversation)) == [("model",)]

        seen = sum(f["t"] == "row" for f in tab.frames)
        for _ in range(100):
            if is_named():
                break
            await asyncio.sleep(0.05)
        assert is_named()
        await tab.until(lambda: sum(f["t"] == "row" for f in tab.frames) >= seen)
