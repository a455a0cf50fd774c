"""Who runs a queued reply: exactly one process, one reply per conversation at a time, oldest first."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

from .models import Conversation, Reply

# A running reply whose lease has run out belongs to a dead process (orphans.py). The clock renews a lease
# every RENEW_SECONDS; LEASE_SECONDS + the reaper's pause must stay below the promised 15 s.
LEASE_SECONDS = 10
RENEW_SECONDS = 3


def lease_end() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=LEASE_SECONDS)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How many replies are unfinished where a new one is about to be made."""

    here: int  # in its conversation
    running: int  # of its owner, in all conversations


# The states stand in the text because SQLite uses an index with a condition only if it reads the condition there.
# CROSS JOIN: it then begins with the few replies that run, not with all conversations that the member ever had.
_UNFINISHED = """
    SELECT
        (SELECT COUNT(*) FROM conversations_reply
         WHERE conversation_id = %s AND state IN ('queued', 'running')),
        (SELECT COUNT(*) FROM conversations_reply r CROSS JOIN conversations_conversation c
         WHERE r.state = 'running' AND c.id = r.conversation_id AND c.owner_id = %s)
"""


def unfinished(conversation: Conversation) -> Unfinished:
    """Both counts in one query: a question waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFINISHED, [conversation.pk, conversation.owner_id])
        return Unfinished(*cursor.fetchone())


def at_once(conversation: Conversation, claimant: str, before: Unfinished | None = None) -> dict[str, Any]:
    """The columns of a new reply of `conversation` that `claimant` runs at once; {} if it has to wait.

    The caller holds the conversation's row and has seen nothing unfinished in it, so that no other reply of
    it can begin to run meanwhile. One insert instead of an insert, a savepoint and an update: this is what a
    person waits for before the model is asked.
    """
    before = before or unfinished(conversation)
    if not claimant or before.here or before.running >= settings.MAX_RUNNING_PER_MEMBER:
        return {}
    return {
        "state": Reply.State.RUNNING,
        "owner": claimant,
        "epoch": 1,
        "lease_until": lease_end(),
        "started_at": timezone.now(),
    }


def claim_waiting(claimant: str, most: int) -> list[int]:
    """Claim up to `most` replies that may run now; returns their ids, oldest first."""
    # Asked after every answer's end, and mostly nobody waits: the cheap look first.
    if not Reply.objects.filter(state=Reply.State.QUEUED).exists():
        return []
    running = dict(
        Reply.objects.filter(state=Reply.State.RUNNING)
        .values("conversation__owner_id")
        .annotate(n=Count("id"))
        .values_list("conversation__owner_id", "n")
    )
    full = [owner for owner, n in running.items() if n >= settings.MAX_RUNNING_PER_MEMBER]
    of_conversation = Reply.objects.filter(conversation=OuterRef("conversation"))
    ready = (
        Reply.objects.filter(state=Reply.State.QUEUED, conversation__owner__is_active=True)
        .exclude(conversation__deleted_at__isnull=False)
        # In the query, so that one member's backlog does not hide everybody else's questions.
        .exclude(conversation__owner_id__in=full)
        .exclude(Exists(of_conversation.filter(state=Reply.State.RUNNING)))
        .exclude(Exists(of_conversation.filter(state=Reply.State.QUEUED, id__lt=OuterRef("id"))))
        .select_related("conversation")
        .order_by("id")[:most]
    )
    claimed: list[int] = []
    for reply in ready:
        owner = reply.conversation.owner_id
        if running.get(owner, 0) >= settings.MAX_RUNNING_PER_MEMBER:
            continue
        try:
            taken = _take(reply, claimant)
        except DatabaseError:
            if not claimed:
                raise
            break  # what was claimed must be run; the rest is for the next look
        if taken:
            claimed.append(reply.pk)
            running[owner] = running.get(owner, 0) + 1
    return claimed


def give_back(claimant: str, reply_ids: Collection[int]) -> None:
    """Replies that `claimant` has claimed and cannot run wait for another process, or for its own return."""
    Reply.objects.filter(pk__in=reply_ids, state=Reply.State.RUNNING, owner=claimant).update(
        state=Reply.State.QUEUED, owner="", lease_until=None, started_at=None
    )


def _take(reply: Reply, claimant: str) -> bool:
    try:
        with transaction.atomic():
            taken = Reply.objects.filter(pk=reply.pk, state=Reply.State.QUEUED).update(
                state=Reply.State.RUNNING,
                owner=claimant,
                epoch=F("epoch") + 1,
                lease_until=lease_end(),
                started_at=timezone.now(),
            )
    except IntegrityError:  # another reply of the conversation began to run meanwhile
        return False
    return bool(taken)
