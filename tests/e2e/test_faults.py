"""What the model's side does wrong, and what a person sees: a state, a sentence, a way out, every word kept."""

import asyncio
import uuid
from dataclasses import dataclass

import pytest


@dataclass
class Told:
    end: dict  # as it was painted
    log: list
    page: str
    row: dict  # as it is stored


async def told_of(alice, peek, directive: str, seconds: float = 20) -> Told:
    """Ask with a directive and watch to the end; what is painted, logged and folded must be one text."""
    conversation = str(uuid.uuid4())
    told = await alice.send(f"[[standin {directive}]]", conversation)
    async with alice.tab() as tab:
        await tab.watch(conversation)
        end = await tab.until_end(told["reply"], seconds)
    log = peek.log(told["reply"])
    assert tab.logs[told["reply"]] == log
    page = await alice.page(f"/c/{conversation}/")
    assert [kind for _, kind, _ in log].count("end") == 1
    text = "".join(data for _, kind, data in log if kind == "text")
    assert peek.text(told["reply"])[0] == text
    return Told(end, log, page, peek.reply(told["reply"]))


def ways(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-do="way" data-way="')[1:]]


@pytest.mark.parametrize("fault", ["cut", "reset", "end", "cut-char", "error", "error-cloudflare"])
async def test_a_stream_that_breaks_off_is_interrupted_and_its_text_kept(alice, peek, fault):
    told = await told_of(alice, peek, f"fault={fault} after=30 tokens=60 rate=300 reasoning=0")
    assert told.end["state"] == told.row["state"] == "interrupted"
    assert told.end["error"]["sentence"]
    assert sum(kind == "text" for _, kind, _ in told.log) >= 1
    assert ways(told.page) == ["continue", "retry"]


async def test_a_busy_model_is_asked_again_and_the_waiting_is_told(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    told = await told_of(alice, peek, f"fault=busy:2 tokens=10 {word}", 30)
    assert told.end["state"] == "complete"
    notices = [data for _, kind, data in told.log if kind == "notice"]
    assert [n["code"] for n in notices] == ["busy", "busy"]
    assert all("Trying again" in n["sentence"] for n in notices)
    assert len(await upstream.calls(word)) == 3
    assert told.row["attempts"] == 3
    assert ways(told.page) == []


async def test_a_used_up_day_is_not_asked_again(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    told = await told_of(alice, peek, f"fault=quota {word}")
    assert (told.end["state"], told.end["error"]["code"]) == ("failed", "daily_quota")
    assert "00:00 UTC" in told.end["error"]["sentence"]
    assert told.end["error"]["sentence"] in told.page.replace("&#x27;", "'")
    assert len(await upstream.calls(word)) == 1
    assert ways(told.page) == ["retry"]


async def test_a_model_that_falls_silent_is_given_up_and_what_came_is_kept(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    told = await told_of(alice, peek, f"fault=stall after=20 tokens=60 rate=300 reasoning=0 {word}", 8)
    assert told.end["state"] == told.row["state"] == "interrupted"
    assert sum(kind == "text" for _, kind, _ in told.log) >= 1
    assert (await upstream.until_closed(word))["outcome"] == "client_closed"
    assert "continue" in ways(told.page)


async def test_keep_alives_do_not_count_as_words(alice, peek):
    told = await told_of(alice, peek, "fault=stall,comments after=20 tokens=60 rate=300 reasoning=0", 8)
    assert told.end["state"] == "interrupted"


@pytest.mark.parametrize(("fault", "code"), [
    ("auth", "authentication"), ("nomodel", "no_such_model"),
    ("overflow", "context_overflow"), ("badinput", "bad_request"),
])  # fmt: skip
async def test_a_refusal_is_told_in_plain_words(alice, peek, fault, code):
    told = await told_of(alice, peek, f"fault={fault}")
    assert (told.end["state"], told.end["error"]["code"]) == ("failed", code)
    assert told.row["error"]["sentence"] == told.end["error"]["sentence"]
    assert len(told.end["error"]["sentence"].split()) > 5
    assert ways(told.page) == ["retry"]


async def test_an_answer_cut_at_its_length_says_so_and_can_go_on(alice, peek):
    told = await told_of(alice, peek, "tokens=40 rate=300 reasoning=0 finish=length")
    assert (told.end["state"], told.end["finish_reason"]) == ("complete", "length")
    assert "Cut off at" in told.page
    assert ways(told.page)[0] == "continue"


async def test_reasoning_that_ate_the_budget_says_so_and_offers_ways_out(alice, peek):
    told = await told_of(alice, peek, "fault=starve rate=2000 reasoning=60")
    assert told.end["finish_reason"] == "length"
    assert "Reasoning used all" in told.page
    assert ways(told.page) == ["lower_effort", "more_tokens", "answer_now"]


async def test_a_way_out_is_taken_with_one_post(alice, peek, upstream):
    conversation = str(uuid.uuid4())
    word = f"x={uuid.uuid4().hex}"
    told = await alice.send(f"[[standin fault=starve:1 rate=2000 reasoning=60 tokens=20 {word}]]", conversation)
    answer = (await alice.ended(told["reply"]))["message"]
    again = await alice.post(f"/m/{answer}/retry/", way="answer_now")
    assert again.status_code == 200
    await alice.ended(again.json()["reply"])
    calls = await upstream.calls("Think only briefly")
    assert any(word in str(call["body"]["messages"]) for call in calls)
    assert peek.reply(again.json()["reply"])["way"] == "answer_now"


async def test_the_content_filter_is_named(alice, peek):
    told = await told_of(alice, peek, "tokens=20 rate=300 reasoning=0 finish=content_filter")
    assert (told.end["state"], told.end["finish_reason"]) == ("complete", "content_filter")
    assert "content filter" in told.page
    assert ways(told.page) == ["retry"]


async def test_an_end_without_a_finish_is_not_called_complete(alice, peek):
    told = await told_of(alice, peek, "tokens=20 rate=300 reasoning=0 fault=end")
    assert told.end["state"] == "interrupted"


async def test_one_broken_stream_leaves_the_others_alone(alice, peek):
    async def one(directive: str):
        told = await alice.send(f"[[standin {directive} x={uuid.uuid4().hex}]]")
        return (await alice.ended(told["reply"]))["state"]

    states = await asyncio.gather(
        *[one("tokens=60 rate=100" if n % 2 else "tokens=60 rate=100 fault=cut") for n in range(12)]
    )
    assert states == ["interrupted", "complete"] * 6
