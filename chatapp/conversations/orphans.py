"""Replies whose process is gone: marked `interrupted`, their text kept, by whichever process sees it first."""

import datetime
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chatapp.workersai.words import translatable

from . import spent
from .log import finish_message
from .models import Conversation, Event, Reply
from .stop import stop
from .turn import my_turn

LOST = translatable("The server process that wrote this went away. What had arrived is kept.")
KEEP_EVENTS = datetime.timedelta(days=1)
UNDO = datetime.timedelta(minutes=10)  # a deleted conversation may come back: its queue waits that long


@dataclass(frozen=True, slots=True)
class Reaped:
    reply_id: int
    conversation_key: UUID
    owner_id: int


def reap() -> list[Reaped]:
    """End every running reply whose lease has run out. Safe to run in all processes at once."""
    stale = Reply.objects.filter(state=Reply.State.RUNNING, lease_until__lt=timezone.now())
    reaped = []
    for reply_id in list(stale.values_list("pk", flat=True)):
        if done := _reap(reply_id):
            reaped.append(done)
    return reaped


@transaction.atomic
def _reap(reply_id: int) -> Reaped | None:
    now = timezone.now()
    error = {"code": "lost_process", "sentence": LOST}
    # Conditional: exactly one reaper gets a row, and a writer that wakes up finds its lease gone.
    taken = Reply.objects.filter(pk=reply_id, state=Reply.State.RUNNING, lease_until__lt=now).update(
        state=Reply.State.INTERRUPTED,
        epoch=F("epoch") + 1,
        lease_until=None,
        ended_at=now,
        error=error,
    )
    if not taken:
        return None
    reply = Reply.objects.select_related("conversation", "message").get(pk=reply_id)
    written = written_so_far(reply)
    last = written.seq
    end = {"state": reply.state, "finish_reason": "", "error": error}
    Event.objects.create(reply_id=reply_id, seq=last + 1, kind=Event.Kind.END, data=orjson.dumps(end).decode())
    Reply.objects.filter(pk=reply_id).update(last_seq=last + 1)
    finish_message(
        reply.message_id,
        reply.conversation_id,
        reply.message.text + written.text,
        reply.message.reasoning + written.reasoning,
        now,
    )
    spent.count([reply_id], now)
    return Reaped(reply_id, reply.conversation.key, reply.conversation.owner_id)


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    reasoning: str
    seq: int  # of the last event
    ended: bool  # it ended meanwhile: its text stands in the message by now


def written_so_far(reply: Reply) -> Written:
    """What stands in the log of an unfinished reply (of this run alone)."""
    text, reasoning, last, kind = [], [], 0, ""
    for seq, kind, data in Event.objects.filter(reply=reply).order_by("seq").values_list("seq", "kind", "data"):
        last = seq
        if kind == Event.Kind.TEXT:
            text.append(orjson.loads(data))
        elif kind == Event.Kind.REASONING:
            reasoning.append(orjson.loads(data))
    return Written("".join(text), "".join(reasoning), last, kind == Event.Kind.END)


def end_hopeless() -> int:
    """Stop queued replies that will never run: their owner was deactivated, or the chat is deleted for good."""
    gone = timezone.now() - UNDO
    hopeless = Reply.objects.filter(state=Reply.State.QUEUED).filter(
        Q(conversation__owner__is_active=False) | Q(conversation__deleted_at__lt=gone)
    )
    return sum(stop(reply) for reply in hopeless.select_related("message")[:100])


def forget_old_events() -> int:
    """Drop logs of replies that ended a day ago: their text stands in the message. Returns how many replies.

    A few at a time, so that the group commit does not wait long for the database.
    """
    old = Reply.objects.filter(log_kept=True, ended_at__lt=timezone.now() - KEEP_EVENTS)
    ids = list(old.values_list("pk", flat=True)[:20])
    if ids:
        with my_turn():
            Event.objects.filter(reply_id__in=ids).delete()
            Reply.objects.filter(pk__in=ids).update(log_kept=False)
    return len(ids)


def forget_empty_conversations() -> int:
    """Drop conversations that were made to hold settings and never got a question. Returns the count."""
    empty = Conversation.objects.filter(leaf=None, messages=None, created__lt=timezone.now() - KEEP_EVENTS)
    ids = list(empty.values_list("pk", flat=True)[:100])
    return Conversation.objects.filter(pk__in=ids).delete()[0] if ids else 0
