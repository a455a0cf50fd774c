"""The facts of conversations, made anew when something of them has changed. Called over and over by whoever runs
replies (chat/runs.py), a few at a time; what a dead process left behind is found by the next.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.turn import my_turn
from chatapp.feedback.models import Rating, Signal

from .models import Facts, Mark, Stale

BATCH = 50
_COUNTED = {
    Signal.Kind.REGENERATE: "regenerated",
    Signal.Kind.STOP: "stopped",
    Signal.Kind.EDIT: "edited",
    Signal.Kind.COPY: "copied",
}


def some() -> int:
    """Make the facts of up to BATCH conversations anew; how many were looked at, 0 = all are fresh."""
    if not Stale.objects.exists():
        return 0
    with my_turn():
        # The notes go first: what changes from here on notes itself anew.
        ids = _take()
        _renew(ids)
    return len(ids)


def everything() -> int:
    """Make all facts that are stale anew; how many there were."""
    count = 0
    while done := some():
        count += done
    return count


def _take() -> list[int]:
    stale = Stale.objects.order_by("conversation_id")
    if connection.features.has_select_for_update_skip_locked:
        stale = stale.select_for_update(skip_locked=True)  # another process has those
    ids = list(stale.values_list("conversation_id", flat=True)[:BATCH])
    Stale.objects.filter(conversation_id__in=ids).delete()
    return ids


def reviewable() -> Q:
    """What holds of every conversation that can be reviewed: not deleted, not temporary, asked at least once."""
    return Q(deleted_at=None, expires_at=None, leaf__isnull=False)


def _renew(ids: Sequence[int]) -> None:
    rows = Conversation.objects.filter(reviewable(), pk__in=ids)
    facts = {
        pk: Facts(conversation_id=pk, owner_id=owner, begun=created, moment=updated)
        for pk, owner, created, updated in rows.values_list("pk", "owner_id", "created", "updated")
    }
    # PostgreSQL checks the key of a row at once, so those that were there are written over.
    Facts.objects.filter(pk__in=[pk for pk in ids if pk not in facts]).delete()
    _count_messages(facts)
    _read_replies(facts)
    _count_feedback(facts)
    _see_reviews(facts)
    fields = [field.name for field in Facts._meta.concrete_fields if not field.primary_key]
    Facts.objects.bulk_create(
        facts.values(), update_conflicts=True, unique_fields=["conversation"], update_fields=fields
    )


def _count_messages(facts: dict[int, Facts]) -> None:
    for pk, role in Message.objects.kept().filter(conversation__in=facts).values_list("conversation_id", "role"):
        facts[pk].messages += 1
        facts[pk].answers += role == Message.Role.ASSISTANT


def _read_replies(facts: dict[int, Facts]) -> None:
    marks: dict[int, set[str]] = defaultdict(set)
    runs = Reply.objects.filter(conversation__in=facts, message__deleted_at=None)
    # Not the receipts, which are long.
    for run in runs.defer("sent", "settings", "origins", "left_out", "system_prompt", "overrides"):
        fact = facts[run.conversation_id]
        fact.tokens += (run.prompt_tokens or 0) + (run.completion_tokens or 0)
        fact.cost += run.cost or 0
        if run.started_at and run.first_token_at:
            waited = max(0, round((run.first_token_at - run.started_at).total_seconds() * 1000))
            fact.first_token_ms = max(fact.first_token_ms or 0, waited)
        marks[run.conversation_id] |= _marks_of(run)
    for pk, found in marks.items():
        facts[pk].marks = f" {' '.join(sorted(found))} " if found else " "


def _marks_of(run: Reply) -> set[str]:
    found = {f"state:{run.state}"}
    if run.prompt_version_id is not None:
        found.add(f"version:{run.prompt_version_id}")
    if run.finish_reason:
        found.add(f"end:{_one_word(run.finish_reason)}")
    if run.error:
        found.add(f"error:{_one_word(run.error.get('code') or 'unknown')}")
    return found


def _one_word(text: object) -> str:
    return "_".join(str(text).split())[:60]


def _count_feedback(facts: dict[int, Facts]) -> None:
    given = Rating.objects.filter(message__conversation__in=facts, message__deleted_at=None)
    for pk, thumb in given.values_list("message__conversation_id", "thumb"):
        if thumb == Rating.Thumb.UP:
            facts[pk].up += 1
        else:
            facts[pk].down += 1
    # Of removed messages, too: that an answer was asked for again is known by the answer that went.
    for pk, kind in Signal.objects.filter(message__conversation__in=facts).values_list(
        "message__conversation_id", "kind"
    ):
        name = _COUNTED[Signal.Kind(kind)]
        setattr(facts[pk], name, getattr(facts[pk], name) + 1)


def _see_reviews(facts: dict[int, Facts]) -> None:
    done = Mark.objects.standing().filter(kind=Mark.Kind.REVIEWED, conversation__in=facts)
    for pk, at in done.values_list("conversation_id", "at"):
        is_newer = facts[pk].moment > at
        facts[pk].reviewed = Facts.Reviewed.CHANGED if is_newer else Facts.Reviewed.YES
