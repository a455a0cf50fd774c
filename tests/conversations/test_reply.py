"""A running reply: whatever the model's side does, there is exactly one end, and every word that came is kept."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async

from chatapp.conversations import history, reply
from chatapp.conversations.clock import Clock
from chatapp.conversations.models import Conversation, Event, Message, Reply
from chatapp.conversations.reply import Run, run
from chatapp.workersai import events as wire
from chatapp.workersai.errors import Busy, DailyQuota, Interrupted, Timeout

from .stories import HERE, asked

pytestmark = pytest.mark.django_db(transaction=True)
asks = sync_to_async(asked)

BODY = {"messages": [{"role": "user", "content": "Which years are leap years?"}], "max_tokens": 100}
OPENED = wire.Opened("/run", "gpt-oss-20b", BODY, "run", "ray-1", 1)
TEXT = [wire.ReasoningDelta("Hm. "), wire.TextDelta("Those "), wire.TextDelta("divis")]


class Script:
    """A model that says what is written; an exception in the script is raised, a number is a pause in seconds."""

    def __init__(self, *lines):
        self.lines = lines
        self.closed = False

    async def stream(self, messages, values, **_more):
        try:
            for line in self.lines:
                if isinstance(line, Exception):
                    raise line
                if isinstance(line, int | float):
                    await asyncio.sleep(line)
                else:
                    yield [line]
        finally:
            self.closed = True


@asynccontextmanager
async def clock():
    ticking = Clock(HERE)

    async def turn():
        async for _ in ticking.ticks():
            pass

    task = asyncio.create_task(turn())
    try:
        yield ticking
    finally:
        ticking.close()
        await asyncio.wait_for(task, 10)


@sync_to_async
def stored() -> tuple[Reply, Message, list[str]]:
    row = Reply.objects.select_related("message").get()
    return row, row.message, list(Event.objects.order_by("seq").values_list("kind", flat=True))


async def told(alice, *lines) -> tuple[Reply, Message, list[str]]:
    """Ask, let the script answer, and read what is stored then."""
    question = await asks(alice)
    async with clock() as ticking:
        await asyncio.wait_for(run(Run(question.reply.pk), ticking, Script(*lines)), 10)
        assert ticking.lines == {}
    return await stored()


async def test_an_answer_that_ends_well_is_complete(alice):
    usage = wire.Usage(10, 5, 15, 2, 0.5)
    row, message, kinds = await told(alice, OPENED, *TEXT, usage, wire.Finished("stop"))
    assert (row.state, row.finish_reason, row.error) == ("complete", "stop", None)
    assert (message.text, message.reasoning) == ("Those divis", "Hm. ")
    assert (row.path, row.model, row.request_id, row.attempts) == ("/run", "gpt-oss-20b", "ray-1", 1)
    assert (row.prompt_tokens, row.completion_tokens, row.cached_tokens, row.neurons) == (10, 5, 2, 0.5)
    assert row.cost > 0
    assert row.started_at <= row.first_token_at <= row.first_text_at <= row.ended_at
    assert kinds[-1] == "end"
    assert row.last_seq == len(kinds)


@pytest.mark.parametrize(
    ("failure", "before", "after"),
    [(Interrupted(), "interrupted", "interrupted"), (Timeout(), "failed", "interrupted"),
     (Busy(), "failed", "interrupted"), (DailyQuota(), "failed", "interrupted"),
     (RuntimeError("a bug of ours"), "failed", "failed")],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
async def test_a_failure_before_the_first_word_and_after_it(alice, failure, before, after):
    row, message, _ = await told(alice, failure)
    assert (row.state, message.text) == (before, "")
    assert row.error["sentence"]
    await sync_to_async(Conversation.objects.all().delete)()
    row, message, _ = await told(alice, OPENED, *TEXT, failure)
    assert (row.state, message.text, message.reasoning) == (after, "Those divis", "Hm. ")
    assert row.error["code"] == getattr(failure, "code", "internal")
    assert "bug of ours" not in row.error["sentence"]


async def test_waiting_for_a_busy_model_is_told(alice):
    _, _, kinds = await told(alice, wire.Waiting(1.2, "busy", 1), OPENED, *TEXT, wire.Finished("stop"))
    assert kinds[0] == "notice"


@pytest.mark.parametrize("lines", [(60,), (OPENED, 60), (OPENED, *TEXT, 60)], ids=["head", "first", "text"])
@pytest.mark.parametrize(("how", "state"), [("stop", "stopped"), ("interrupt", "interrupted")])
async def test_it_ends_when_told_to_and_closes_the_models_stream(alice, lines, how, state):
    question, script = await asks(alice), Script(*lines)
    async with clock() as ticking:
        job = Run(question.reply.pk)
        job.task = asyncio.create_task(run(job, ticking, script))
        while not ticking.lines:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        for _ in range(3):
            getattr(job, how)()
        await asyncio.wait_for(asyncio.gather(job.task, return_exceptions=True), 5)
    row, message, kinds = await stored()
    assert row.state == state
    assert script.closed
    assert message.text == ("Those divis" if lines[1:-1] else "")
    assert kinds.count("end") == 1


async def test_a_stop_that_comes_before_anything_else_is_a_stop(alice):
    question = await asks(alice)
    async with clock() as ticking:
        job = Run(question.reply.pk)
        job.task = asyncio.create_task(run(job, ticking, Script(OPENED, *TEXT)))
        await asyncio.sleep(0)
        job.stop()
        await asyncio.wait_for(asyncio.gather(job.task, return_exceptions=True), 5)
    assert (await stored())[0].state == "stopped"


@pytest.mark.parametrize(("how", "state"), [("stop", "stopped"), ("interrupt", "interrupted")])
async def test_an_end_asked_for_before_the_first_step_is_written(alice, how, state):
    """A task that is cancelled before it has run at all runs nothing, not even what writes the end."""
    question = await asks(alice)
    script = Script(OPENED, *TEXT)
    async with clock() as ticking:
        job = Run(question.reply.pk)
        job.task = asyncio.create_task(run(job, ticking, script))
        getattr(job, how)()
        await asyncio.wait_for(asyncio.gather(job.task, return_exceptions=True), 5)
    assert (await stored())[0].state == state


async def test_numbers_and_words_beyond_measure_do_not_cost_the_answer(alice):
    absurd = wire.Usage(10**12, 10**12, 2 * 10**12, 10**12, 1e300)
    opened = wire.Opened("/" + "p" * 900, "m" * 900, BODY, "run", "r" * 900, 1)
    row, message, _ = await told(alice, opened, *TEXT, absurd, wire.Finished("f" * 900))
    assert (row.state, message.text) == ("complete", "Those divis")
    assert row.prompt_tokens == reply.MOST_COUNTED
    assert len(row.finish_reason) <= 40


async def test_what_does_not_fit_is_refused_in_words_and_never_sent(alice, settings):
    settings.MODEL_CONTEXT = 5000
    question = await asks(alice, "word " * 6000)
    script = Script(OPENED, *TEXT)
    async with clock() as ticking:
        await asyncio.wait_for(run(Run(question.reply.pk), ticking, script), 10)
    row, _, kinds = await stored()
    assert (row.state, row.error["code"], kinds) == ("failed", "context_overflow", ["end"])
    assert "Shorten the question" in row.error["sentence"]
    assert not script.closed


async def test_a_setting_that_is_valid_no_more_is_named(alice):
    question = await asks(alice)
    await sync_to_async(Conversation.objects.update)(settings={"temperature": 99})
    async with clock() as ticking:
        await asyncio.wait_for(run(Run(question.reply.pk), ticking, Script(OPENED, *TEXT)), 10)
    row, _, _ = await stored()
    assert row.state == "failed"
    assert "temperature" in row.error["sentence"]


async def test_an_end_that_cannot_be_made_lets_the_lease_run_out(alice, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(reply, "_ending", broken)
    question = await asks(alice)
    async with clock() as ticking:
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(run(Run(question.reply.pk), ticking, Script(OPENED, *TEXT)), 10)
        assert ticking.lines == {}, "it is not renewed for ever"


def test_the_instructions_to_the_model_are_sentences():
    for words in (history.CONTINUE, history.ANSWER_NOW):
        assert words.endswith(".")


async def test_what_was_prepared_is_run_without_reading_it_again(alice, monkeypatch):
    question = await asks(alice)
    prepared = await sync_to_async(reply.prepare)(question.reply)
    monkeypatch.setattr(reply, "_load", None)
    async with clock() as ticking:
        lines = Script(OPENED, *TEXT, wire.Finished("stop"))
        await asyncio.wait_for(run(Run(question.reply.pk, prepared), ticking, lines), 10)
    row, message, _ = await stored()
    assert (row.state, message.text) == ("complete", "Those divis")


async def test_what_is_prepared_is_what_would_be_read(alice):
    question = await asks(alice)
    prepared = await sync_to_async(reply.prepare)(question.reply)
    read = await sync_to_async(reply._load)(question.reply.pk)
    assert (prepared.reply, prepared.plan, prepared.error) == (read.reply, read.plan, read.error)


async def test_a_reply_that_waits_is_planned_when_its_turn_comes(alice):
    question = await sync_to_async(asked)(alice, by="")
    assert await sync_to_async(reply.prepare)(question.reply) is None
