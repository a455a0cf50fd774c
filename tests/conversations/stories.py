"""Conversations for tests, told through the deeds themselves: asked, answered, gone on."""

import datetime
import uuid

import orjson
from django.utils import timezone

from chatapp.conversations import log
from chatapp.conversations.ask import Asked, ask
from chatapp.conversations.models import Conversation, Reply
from chatapp.conversations.ordering import steps

HERE = "here:1:1"  # the process of the tests
ELSEWHERE = "elsewhere:2:2"


def asked(
    owner, text: str = "Which years are leap years?", *, conversation: Conversation | None = None, by: str = HERE
) -> Asked:
    """A question, in a new conversation unless one is given; claimed by `by` if it may run now."""
    key = conversation.key if conversation else uuid.uuid4()
    return ask(owner, key, uuid.uuid4(), text, claimant=by)


def said(*parts: tuple[str, object], start: int = 1) -> list[tuple[int, str, str]]:
    """(kind, data) … as numbered events."""
    return [(start + i, kind, orjson.dumps(data).decode()) for i, (kind, data) in enumerate(parts)]


def ended(
    reply: Reply,
    text: str = "Those divisible by four.",
    *,
    state: str = "complete",
    finish_reason: str = "stop",
    reasoning: str = "",
    error: dict[str, str] | None = None,
    by: str = HERE,
    **columns: object,
) -> Reply:
    """Let the claimed reply write `text` (after what its message holds) and end; returns it anew."""
    parts: list[tuple[str, object]] = [("reasoning", reasoning)] if reasoning else []
    parts += [("text", text)] if text else []
    parts.append(("end", {"state": state, "finish_reason": finish_reason, "error": error}))
    message = reply.message
    message.refresh_from_db()
    ending = log.Ending(state, message.text + text, message.reasoning + reasoning, finish_reason, error)
    committed = log.commit(by, [], [log.Write(reply.pk, said(*parts), dict(columns), ending)], None)
    assert not committed.lost
    return Reply.objects.get(pk=reply.pk)


def answered(owner, question: str = "Which years are leap years?", answer: str = "Those divisible by four.",
             *, conversation: Conversation | None = None, **ending) -> Asked:  # fmt: skip
    """A question with its finished answer; conversation and messages as they are stored now."""
    told = asked(owner, question, conversation=conversation)
    ended(told.reply, answer, **ending)
    told.conversation.refresh_from_db()
    told.reply.refresh_from_db()
    told.reply.message.refresh_from_db()
    return told


def abandon(reply: Reply) -> None:
    """Let the lease of a running reply have run out: its process is gone."""
    past = timezone.now() - datetime.timedelta(seconds=1)
    Reply.objects.filter(pk=reply.pk).update(lease_until=past)


def deleted(owner, key: uuid.UUID) -> steps.Done:
    """The conversation goes into the trash. Raises NotFound if it is not the owner's."""
    return steps.do(owner, [steps.Step("delete", (key,))])


def restored(owner, key: uuid.UUID) -> steps.Done:
    """And out of it. Raises NotFound if it is not there, or its time is over."""
    return steps.do(owner, [steps.Step("restore", (key,))])
