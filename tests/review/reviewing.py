"""What the tests of review begin with: rights, stories, and reviewers in a session."""

import datetime

from django.utils import timezone

from chatapp.accounts.models import Group, ReviewGrant, User
from chatapp.conversations.finding import index
from chatapp.review import facts

SESSION = "the session of the tests"
REASON = "Checking the quality of answers"


def let(
    reviewer: User, *members: User, export: bool = False, until: datetime.timedelta | None = None
) -> ReviewGrant:
    """Let the reviewer read these members; everyone if none is named."""
    group = None
    if members:
        group = Group.objects.create(name=f"Group {Group.objects.count() + 1}")
        group.members.add(*members)
    return ReviewGrant.objects.create(
        reviewer=reviewer,
        group=group,
        everyone=group is None,
        until=timezone.now() + (until or datetime.timedelta(days=7)),
        may_export=export,
        reason="Quality of the answers in this quarter",
    )


def up_to_date() -> None:
    """What the running server does within a second: the facts and the search index."""
    index.everything()
    facts.everything()
