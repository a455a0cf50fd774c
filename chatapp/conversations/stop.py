"""The deed: stop a reply. Stored first; the process that runs it reads it at its next commit."""

import orjson
from django.db import transaction
from django.utils import timezone

from .log import finish_message
from .models import Conversation, Event, Reply


@transaction.atomic
def stop(reply: Reply) -> bool:
    """Ask a running reply to stop, or end a queued one at once. False if it had ended already."""
    now = timezone.now()
    # The conversation's row first, as in the other deeds: one order of locks.
    Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=reply.conversation_id)
    # Queued first, then running: states only go forward, so a claim in between is not missed.
    ended = Reply.objects.filter(pk=reply.pk, state=Reply.State.QUEUED).update(
        state=Reply.State.STOPPED, ended_at=now, last_seq=1
    )
    if not ended:
        running = Reply.objects.filter(pk=reply.pk, state=Reply.State.RUNNING, stop_requested_at=None)
        return bool(running.update(stop_requested_at=now))
    end = {"state": Reply.State.STOPPED, "finish_reason": "", "error": None}
    Event.objects.create(reply=reply, seq=1, kind=Event.Kind.END, data=orjson.dumps(end).decode())
    message = reply.message
    finish_message(message.pk, reply.conversation_id, message.text, message.reasoning, now)
    return True
