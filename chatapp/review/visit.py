"""The one way to another's words: a reason, a row in the audit log, then an open visit.

The row is committed before anything is read. A visit holds for one conversation and one session, and ends when
nothing was read for a while (REVIEW_IDLE_MINUTES), at sign-out, and with the right itself, which is asked anew at
every request.
"""

import datetime
import hashlib
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.audit.record import record
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import NotFound
from chatapp.conversations.turn import my_turn

from . import audit_actions, reasons, scope
from .models import Visit
from .refused import NeedsReason

TOUCH_SECONDS = 20  # a visit is noted to be alive this often at most


def session_hash(session_key: str) -> str:
    """What a row keeps of a session: enough to know it again, nothing to sign in with."""
    return hashlib.sha256(f"review {session_key}".encode()).hexdigest()


def idle() -> datetime.timedelta:
    return datetime.timedelta(minutes=settings.REVIEW_IDLE_MINUTES)


def begin(reviewer: User, conversation_key: UUID, reason: str, session_key: str) -> Visit:
    """Open a conversation; open already, it is the same visit. Raises NotFound, or Refused without a reason."""
    words = reasons.cleaned(reason)
    with my_turn():
        conversation = find(reviewer, conversation_key)
        if found := _open(reviewer, conversation, session_key):
            return found
        visit = Visit.objects.create(
            reviewer=reviewer,
            reviewer_name=str(reviewer),
            owner_id=conversation.owner_id,
            conversation=conversation,
            reason=words,
            session=session_hash(session_key),
            seen_at=timezone.now(),
        )
        record(
            audit_actions.OPENED,
            actor=reviewer,
            subject=("conversation", str(conversation.key), ""),
            reason=words,
            detail={"owner": conversation.owner_id, "visit": str(visit.key)},
        )
    return visit


def current(reviewer: User, conversation_key: UUID, session_key: str) -> Visit:
    """The open visit, with its conversation as it is now; noted to be alive.

    Raises NotFound if the conversation is not in the reviewer's scope (any more), NeedsReason if no visit is open.
    """
    conversation = find(reviewer, conversation_key)
    visit = _open(reviewer, conversation, session_key)
    if visit is None:
        raise NeedsReason
    now = timezone.now()
    if (now - visit.seen_at).total_seconds() > TOUCH_SECONDS:
        Visit.objects.filter(pk=visit.pk, ended_at=None).update(seen_at=now)
    visit.conversation = conversation
    return visit


def end(reviewer: User, conversation_key: UUID, session_key: str) -> bool:
    """Close it: the next look needs a reason anew. False if none was open."""
    mine = Visit.objects.filter(
        reviewer=reviewer, conversation__key=conversation_key, kind=Visit.Kind.OPENED, ended_at=None
    )
    return bool(mine.filter(session=session_hash(session_key)).update(ended_at=timezone.now()))


def find(reviewer: User, key: UUID) -> Conversation:
    """A conversation that the reviewer may open. Raises NotFound for every other, whether it exists or not."""
    found = scope.of(reviewer).conversations().filter(key=key).select_related("owner").first()
    if found is None:
        raise NotFound(scope.gone())
    return found


def open_among(reviewer: User, conversation_ids: list[int], session_key: str) -> dict[int, Visit]:
    """The reviewer's open visits to these, by conversation."""
    rows = _alive(reviewer, session_key).filter(conversation__in=conversation_ids).select_related("owner")
    return {visit.conversation_id: visit for visit in rows if visit.conversation_id}


def _open(reviewer: User, conversation: Conversation, session_key: str) -> Visit | None:
    return _alive(reviewer, session_key).filter(conversation=conversation).order_by("-id").first()


def _alive(reviewer: User, session_key: str):
    return Visit.objects.filter(
        reviewer=reviewer,
        kind=Visit.Kind.OPENED,
        ended_at=None,
        session=session_hash(session_key),
        seen_at__gt=timezone.now() - idle(),
    )
