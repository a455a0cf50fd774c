"""What the owner of conversations sees: who can read them, and who did, when and why."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from chatapp.accounts.models import ReviewGrant, Role, User
from chatapp.conversations.models import Conversation

from .models import Visit

PAGE = 30
SHOWN = 3  # in the conversation itself; the rest is on the page


def visits_of(conversation: Conversation) -> list[Visit]:
    """The last visits to it, newest first: one more than is shown, if there are more."""
    return list(Visit.objects.filter(conversation=conversation).order_by("-id")[: SHOWN + 1])


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    group: str  # the one of the owner's groups by which it is so; "" if the right is over everyone
    starts_at: datetime.datetime
    until: datetime.datetime
    may_export: bool
    reason: str
    is_now: bool


def readers(owner: User) -> list[Reader]:
    """Who may read the owner's conversations, or will be allowed to."""
    through = Q(everyone=True) | Q(group__memberships__user=owner)
    grants = (
        ReviewGrant.objects.open()
        .filter(through, reviewer__is_active=True, reviewer__role=Role.REVIEWER)
        .exclude(reviewer=owner)
        .select_related("reviewer", "group")
        .order_by("reviewer__name", "starts_at", "pk")
        .distinct()
    )
    return [
        Reader(
            name=str(grant.reviewer),
            group=grant.group.name if grant.group else "",
            starts_at=grant.starts_at,
            until=grant.until,
            may_export=grant.may_export,
            reason=grant.reason,
            is_now=grant.state == "current",
        )
        for grant in grants
    ]


def past(owner: User, before: int | None = None) -> tuple[list[Visit], int | None]:
    """Visits to the owner's conversations, newest first, and where the next page begins, if there is one."""
    rows = Visit.objects.filter(owner=owner).select_related("conversation").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None
