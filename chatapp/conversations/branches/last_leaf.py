"""Where a branch is gone on with: at the end that was shown last."""

from django.utils import timezone

from ..branch import Skeleton
from ..models import Message


def last_leaf(skeleton: Skeleton, message_id: int) -> int:
    """The end of a branch through `message_id` that was shown, or written, last."""
    ends = Message.objects.filter(pk__in=skeleton.leaves(message_id))
    rows = ends.values_list("shown_at", "created", "pk")
    return max((shown_at or created, pk) for shown_at, created, pk in rows)[1]


def was_shown(message_id: int) -> None:
    Message.objects.filter(pk=message_id).update(shown_at=timezone.now())
