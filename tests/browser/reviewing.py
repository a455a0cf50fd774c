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
    group = Group.objects.create(name=f"Support {Group.objects.count() + 1}")
    group.members.add(*members)
    grant = ReviewGrant.objects.create(
        reviewer_id=reviewer,
        group=group,
        until=timezone.now() + datetime.timedelta(days=30),
        may_export=export,
        reason="Quality of the answers to customers",
    )
    print("told:" + json.dumps(grant.pk))


def talks(user: int, titles: list[str]) -> None:
    """Give the member a conversation of each title, the first the newest, with cost and times; print the keys."""
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
    print("told:" + json.dumps(keys))
