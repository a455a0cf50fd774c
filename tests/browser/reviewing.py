"""Rights and conversations for the browser tests of review, written straight into the server's database.

Runs inside the server's settings, as people.py.
"""

import datetime
import json

from django.utils import timezone

from chatapp.accounts.models import Group, ReviewGrant
from chatapp.conversations.models import Reply
from tests.browser.people import exchange


def let(reviewer: int, members: list[int], export: bool = True) -> None:
    """Let the reviewer read these members, as a group of their own; print the grant's id."""
    print("told:" + json.dumps(grant(reviewer, members, export).pk))


def grant(reviewer: int, members: list[int], export: bool = True) -> ReviewGrant:
    group = Group.objects.create(name=f"Support {Group.objects.count() + 1}")
    group.members.add(*members)
    return ReviewGrant.objects.create(
        reviewer_id=reviewer,
        group=group,
        until=timezone.now() + datetime.timedelta(days=30),
        may_export=export,
        reason="Quality of the answers to customers",
    )


def let_the_last_day_pass(reviewer: int) -> None:
    """All that the reviewer was given is over in a moment; nobody takes it away."""
    soon = timezone.now() + datetime.timedelta(seconds=1)
    ReviewGrant.objects.filter(reviewer=reviewer).update(until=soon)
    print("told:null")


def talks(user: int, titles: list[str]) -> None:
    """Give the member a conversation of each title, the first the newest, with cost and times; print the keys."""
    print("told:" + json.dumps(timed(user, titles)))


def timed(user: int, titles: list[str]) -> list[str]:
    now = timezone.now()
    keys = []
    for number, title in enumerate(titles):
        conversation = exchange(user, title, [f"{title}?", f"An answer about {title}."], now, minutes=number)
        Reply.objects.filter(conversation=conversation).update(
            prompt_tokens=100 + number,
            completion_tokens=50,
            cost=0.00012,
            started_at=now,
            first_token_at=now + datetime.timedelta(seconds=0.4),
            model="gpt-oss-20b",
        )
        keys.append(str(conversation.key))
    return keys
