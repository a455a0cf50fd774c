"""A running reply: from the plan through the model's stream to exactly one end state.

A tool call will be another turn of the same loop (`_stream`), with the call and its result as events.
"""

import asyncio
import datetime
import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from chatapp.usage.cost import dollars
from chatapp.workersai import events as wire
from chatapp.workersai.client import Client
from chatapp.workersai.errors import BadRequest, ContextOverflow, Interrupted, WorkersAIError
from chatapp.workersai.validation import InvalidParameters
from chatapp.workersai.words import translatable

from . import history, receipt, window
from .clock import Clock, Line
from .log import Ending
from .models import Reply
from .refusals import Refused
from .threads import in_thread

logger = logging.getLogger(__name__)

BUSY = translatable("The model is busy. Trying again in %(seconds)s s.")
INVALID = translatable("A setting of this chat is not valid any more. %(what)s")

MOST_COUNTED = 2**31 - 1  # what the columns take; an upstream may say anything

RESTART = translatable("The server was restarted while this was being written. What had arrived is kept.")
LEFT_OUT = translatable("The model found this longer than was estimated. Older messages are left out.")
OURS = translatable(
    "Something went wrong on this server while the answer was being written. What had arrived is kept."
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reply to be run, its message and conversation at hand, and what it will ask, or why it cannot."""

    reply: Reply
    plan: history.Plan | None
    error: dict[str, str] | None = None


@dataclass(slots=True)
class Run:
    """One reply being run in this process. `why` says, when its task is cancelled, what it ends as.

    What was prepared where the reply was made is not read again; for a reply that had to wait it is read then.
    """

    reply_id: int
    prepared: Prepared | None = None
    why: str = Reply.State.INTERRUPTED.value
    task: "asyncio.Task[None] | None" = None
    _begun: bool = False
    _cancelled: bool = False

    def begin(self) -> bool:
        """The task runs now. Whether it was to end before that: it then still has to write the end."""
        self._begun = True
        return self._cancelled

    def stop(self) -> None:
        """A person asked for it."""
        if not self._cancelled:
            self.why = Reply.State.STOPPED.value
        self._cancel()

    def interrupt(self) -> None:
        """The process must go, or has lost the reply."""
        self._cancel()

    def _cancel(self) -> None:
        # Once: a stop is read again with every commit, and must not cut the closing of the model's stream.
        if self._cancelled:
            return
        self._cancelled = True
        # A task cancelled before its first step would never run, and write no end.
        if self._begun and self.task is not None:
            self.task.cancel()


@dataclass(slots=True)
class _Written:
    """What has arrived in this run, and what the receipt will say of it."""

    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    usage: wire.Usage | None = None
    finish_reason: str = ""
    first_token_at: datetime.datetime | None = None


async def run(job: Run, clock: Clock, client: Client) -> None:
    """Run the claimed reply to its end; returns once the end is stored, or the reply is lost."""
    stopped_early = job.begin()
    prepared = job.prepared
    if prepared is None:
        prepared, while_loading = await _loaded(job.reply_id)
        stopped_early = stopped_early or while_loading
    reply, plan, error = prepared.reply, prepared.plan, prepared.error
    line = clock.open(
        reply_id=reply.pk,
        reply_key=str(reply.key),
        message_key=str(reply.message.key),
        conversation_key=str(reply.conversation.key),
        conversation_id=reply.conversation_id,
        owner_id=reply.conversation.owner_id,
        seq=0,
    )
    written = _Written()
    state = Reply.State.FAILED.value
    try:
        if stopped_early:
            raise asyncio.CancelledError
        if plan is not None:
            await _answer(line, client, reply, plan, written)
            state = Reply.State.COMPLETE.value
    except asyncio.CancelledError:
        state = job.why
        if state == Reply.State.INTERRUPTED:
            error = {"code": "restart", "sentence": RESTART}
    except Refused as refusal:
        error = {"code": ContextOverflow.code, "sentence": refusal.sentence}
    except Interrupted as cut:
        state, error = Reply.State.INTERRUPTED.value, {"code": cut.code, "sentence": cut.sentence}
    except WorkersAIError as failure:
        arrived = written.text or written.reasoning
        state = (Reply.State.INTERRUPTED if arrived else Reply.State.FAILED).value
        error = {"code": failure.code, "sentence": failure.sentence}
        logger.info("reply ended: %s", failure.code)
    except Exception:
        logger.exception("reply ended by a fault of ours")
        error = {"code": "internal", "sentence": OURS}
    try:
        line.end(_ending(reply, written, state, error))
    except Exception:
        # A line without an end would be renewed for ever.
        clock.abandon(line)
        raise
    # Shielded: a cancellation that comes now must not hide the end from those who wait for it.
    await asyncio.shield(line.ended.wait())


def _ending(reply: Reply, written: _Written, state: str, error: dict[str, str] | None) -> Ending:
    before = reply.message
    waited = written.first_token_at and reply.started_at and written.first_token_at - reply.started_at
    return Ending(
        state=state,
        text=before.text + "".join(written.text),
        reasoning=before.reasoning + "".join(written.reasoning),
        finish_reason=written.finish_reason,
        error=error,
        usage=_usage(written.usage),
        first_token_seconds=waited.total_seconds() if waited else None,
    )


async def _answer(line: Line, client: Client, reply: Reply, plan: history.Plan, written: _Written) -> None:
    """Ask; and once more with less, said openly, if the model's window proves smaller than was thought."""
    conversation = str(reply.conversation.key)
    try:
        await _stream(line, client, plan, written, conversation)
    except ContextOverflow as refusal:
        if written.text or written.reasoning:
            raise
        # Without a new limit the estimate was short: this once, plan for a good deal less.
        at_most = None if window.learn(refusal) else window.size() * 3 // 4
        shorter = await in_thread(history.plan_reply, reply, at_most)
        if len(shorter.messages) == len(plan.messages):
            raise
        line.notice({"code": refusal.code, "sentence": LEFT_OUT})
        await _stream(line, client, shorter, written, conversation)


async def _stream(line: Line, client: Client, plan: history.Plan, written: _Written, conversation: str) -> None:
    # The conversation's key routes to the endpoint's cache of its beginning; it says nothing of anybody.
    stream = client.stream(plan.messages, plan.values, affinity=conversation)
    async with aclosing(stream):
        async for batch in stream:
            for event in batch:
                if type(event) is wire.TextDelta:
                    if not written.text:
                        _mark(line, written, first_text=True)
                    written.text.append(event.text)
                    line.text(event.text)
                elif type(event) is wire.ReasoningDelta:
                    if not written.reasoning:
                        _mark(line, written, first_text=False)
                    written.reasoning.append(event.text)
                    line.reasoning(event.text)
                else:
                    _other(line, plan, written, event)


def _mark(line: Line, written: _Written, first_text: bool) -> None:
    now = timezone.now()
    if written.first_token_at is None:
        written.first_token_at = now
        line.remember(first_token_at=now)
    if first_text:
        line.remember(first_text_at=now)


def _other(line: Line, plan: history.Plan, written: _Written, event: Any) -> None:
    match event:
        case wire.Opened():
            line.remember(
                path=event.path[:300],
                model=event.model[:200],
                request_id=(event.request_id or "")[:200],
                attempts=event.attempt,
                **receipt.keep(event.body, plan),
            )
        case wire.Waiting():
            line.notice(
                {
                    "code": event.reason,
                    "sentence": BUSY % {"seconds": max(1, round(event.seconds))},
                    "seconds": round(event.seconds, 1),
                }
            )
        case wire.Usage():
            written.usage = event
        case wire.Finished():
            written.finish_reason = event.reason[:40]


def _usage(usage: wire.Usage | None) -> dict[str, Any]:
    if usage is None:
        return {}
    return {
        "prompt_tokens": min(usage.prompt_tokens, MOST_COUNTED),
        "completion_tokens": min(usage.completion_tokens, MOST_COUNTED),
        "cached_tokens": None if usage.cached_tokens is None else min(usage.cached_tokens, MOST_COUNTED),
        "neurons": usage.neurons,
        "cost": dollars(usage.prompt_tokens, usage.completion_tokens, usage.neurons),
    }


def prepare(reply: Reply) -> Prepared | None:
    """What a reply just made will ask; None if it has to wait, since then the answers before it belong to that.

    For the thread that has stored the reply: it holds most of the rows, another one would read them again.
    """
    return _prepared(reply) if reply.state == Reply.State.RUNNING else None


def _prepared(reply: Reply) -> Prepared:
    try:
        return Prepared(reply, history.plan_reply(reply))
    except Refused as refusal:
        return Prepared(reply, None, {"code": ContextOverflow.code, "sentence": refusal.sentence})
    except InvalidParameters as invalid:
        # Stored by an older version with other ranges.
        words = " ".join(f"{name}: {sentence}" for name, sentence in invalid.errors.items())
        sentence = INVALID % {"what": words}
        return Prepared(reply, None, {"code": BadRequest.code, "sentence": sentence})
    except Exception:
        logger.exception("planning a reply failed")
        return Prepared(reply, None, {"code": "internal", "sentence": OURS})


def _load(reply_id: int) -> Prepared:
    return _prepared(Reply.objects.select_related("conversation", "message").get(pk=reply_id))


async def _loaded(reply_id: int) -> tuple[Prepared, bool]:
    """The reply, and whether it was cancelled meanwhile: its end is still to be written, and needs the row."""
    loading = asyncio.ensure_future(in_thread(_load, reply_id))
    cancelled = False
    try:
        await asyncio.shield(loading)
    except asyncio.CancelledError:
        cancelled = True
    return await loading, cancelled
