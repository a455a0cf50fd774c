"""Searching for words, or for a member by name: both tell something of people, so both need a reason.

The results of a search show a few words of each conversation: every page of them is recorded, with what it shows,
before it is drawn, and its owners see it as they see that a chat was opened.
"""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.audit.record import record
from chatapp.conversations.finding.query import MOST_CHARS, parse
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from . import audit_actions, reasons, scope
from .models import Look, Visit
from .visit import TOUCH_SECONDS, idle, session_hash


def begin(reviewer: User, words: str, member: str, reason: str, session_key: str) -> Look:
    """Look for `words`, or for the conversations of `member` (a name or an address), or both.

    Raises Refused: nothing to look for, no such member in the scope, no reason.
    """
    words = " ".join(words.replace("\x00", "\ufffd").split())
    if len(words) > MOST_CHARS:
        raise Refused(_("At most %(most)s characters are possible.") % {"most": MOST_CHARS}, "words")
    if words and not parse(words).terms:
        raise Refused(_("Type at least one whole word to search for."), "words")
    if not words and not member.strip():
        raise Refused(_("Type words to search for, or the name of a member."), "words")
    why = reasons.cleaned(reason)
    who = _member(reviewer, member) if member.strip() else None
    with my_turn():
        look = Look.objects.create(
            reviewer=reviewer,
            words=words,
            member=who,
            reason=why,
            session=session_hash(session_key),
            seen_at=timezone.now(),
        )
        record(
            audit_actions.SEARCHED,
            actor=reviewer,
            subject=("member", str(who.pk), str(who)) if who else None,
            reason=why,
            detail={"words": words, "look": str(look.key)},
        )
    return look


def current(reviewer: User, key: UUID, session_key: str) -> Look | None:
    """The look, unless it is somebody else's, of another session, or over."""
    now = timezone.now()
    mine = Look.objects.select_related("member").filter(reviewer=reviewer, key=key, seen_at__gt=now - idle())
    found = mine.filter(session=session_hash(session_key)).first()
    if found is not None and found.member_id and not scope.of(reviewer).holds(found.member_id):
        return None
    if found is not None and (now - found.seen_at).total_seconds() > TOUCH_SECONDS:
        Look.objects.filter(pk=found.pk).update(seen_at=now)
    return found


def show(look: Look, conversations: Sequence[Conversation]) -> None:
    """Record that a few words of these are shown now. Returns when that is stored."""
    with my_turn():
        known = Visit.objects.filter(look=look, conversation__in=conversations)
        before = set(known.values_list("conversation_id", flat=True))
        fresh = [one for one in conversations if one.pk not in before]
        if not fresh:
            return
        now = timezone.now()
        Visit.objects.bulk_create(
            [
                Visit(
                    kind=Visit.Kind.FOUND,
                    reviewer_id=look.reviewer_id,
                    reviewer_name=str(look.reviewer),
                    owner_id=one.owner_id,
                    conversation=one,
                    reason=look.reason,
                    session=look.session,
                    seen_at=now,
                    ended_at=now,
                    look=look,
                )
                for one in fresh
            ],
            ignore_conflicts=True,  # the same page asked for twice at once
        )
        record(
            audit_actions.FOUND,
            actor=look.reviewer,
            reason=look.reason,
            detail={"words": look.words, "look": str(look.key), "conversations": [str(one.key) for one in fresh]},
        )


def _member(reviewer: User, name: str) -> User:
    wanted = name.strip().casefold()
    within = User.objects.filter(pk__in=scope.of(reviewer).members())
    found = [user for user in within if wanted in (user.email, user.name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_("Several members have this name. Give the e-mail address instead."), "member")
    raise Refused(_("Nobody of this name or address is among those whose conversations you may review."), "member")
