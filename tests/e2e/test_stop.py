"""Stop: acts within a second, closes the model's stream, keeps what was written."""

import asyncio
import time
import uuid

import pytest


@pytest.mark.parametrize(
    "how",
    ["rate=50 tokens=2000", "rate=50 reasoning=2000", "first=60", "head=60"],
    ids=["text", "reasoning", "first token", "head"],
)
async def test_stop_ends_the_answer_within_a_second_and_the_models_stream_with_it(alice, peek, upstream, how):
    word = f"x={uuid.uuid4().hex}"
    told = await alice.send(f"[[standin {how} {word}]]")
    async with alice.tab() as tab:
        await tab.watch(told["conversation"])
        if "rate" in how:
            await tab.until(lambda: len(tab.logs.get(told["reply"], [])) > 3)
        else:
            while not await upstream.calls(word):
                await asyncio.sleep(0.02)
        pressed = time.monotonic()
        assert (await alice.post(f"/r/{told['reply']}/stop/")).status_code == 204
        call = await upstream.until_closed(word, 0.5)
        assert call["outcome"] == "client_closed"
        end = await tab.until_end(told["reply"], 2)
        assert tab.at[told["reply"]] - pressed < 1
    assert (end["state"], end["error"]) == ("stopped", None)
    assert peek.reply(told["reply"])["state"] == "stopped"
    assert tab.logs[told["reply"]] == peek.log(told["reply"])
    assert peek.text(told["reply"]) == (tab.text(told["reply"]), tab.text(told["reply"], "reasoning"))
    answer = (await alice.tail(told["reply"]))["message"]
    assert "You stopped this" in await alice.page(f"/m/{answer}/")


async def test_stop_pressed_often_and_late_changes_nothing_more(alice, peek):
    told = await alice.send("[[standin rate=50 tokens=500]]")
    answers = await asyncio.gather(*[alice.post(f"/r/{told['reply']}/stop/") for _ in range(10)])
    assert {a.status_code for a in answers} == {204}
    log = (await alice.ended(told["reply"]))["events"]
    assert [kind for _, kind, _ in log].count("end") == 1
    assert (await alice.post(f"/r/{told['reply']}/stop/")).status_code == 204
    assert peek.log(told["reply"]) == log


async def test_a_stopped_answer_can_be_continued_in_place(alice, peek):
    told = await alice.send('[[standin rate=40 text="alpha beta gamma delta " tokens=400 reasoning=0]]')
    async with alice.tab() as tab:
        await tab.watch(told["conversation"])
        await tab.until(lambda: len(tab.text(told["reply"])) > 20)
        await alice.post(f"/r/{told['reply']}/stop/")
        await tab.until_end(told["reply"])
    before = peek.text(told["reply"])[0]
    answer = (await alice.tail(told["reply"]))["message"]
    going_on = await alice.post(f"/m/{answer}/continue/")
    assert going_on.status_code == 200, going_on.text
    rest = going_on.json()["reply"]
    await alice.ended(rest)
    assert peek.text(rest)[0].startswith(before)
    assert len(peek.text(rest)[0]) > len(before)


async def test_deleting_the_conversation_stops_its_answer(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    told = await alice.send(f"[[standin rate=50 tokens=2000 {word}]]")
    while not peek.log(told["reply"]):
        await asyncio.sleep(0.02)
    assert (await alice.order("delete", told["conversation"])).status_code == 200
    await upstream.until_closed(word, 2)
    while peek.reply(told["reply"])["state"] == "running":
        await asyncio.sleep(0.02)
    assert peek.reply(told["reply"])["state"] == "stopped"
    assert (await alice.http.get(f"/c/{told['conversation']}/")).status_code == 404
    assert (await alice.order("restore", told["conversation"])).status_code == 200
    assert (await alice.http.get(f"/c/{told['conversation']}/")).status_code == 200
