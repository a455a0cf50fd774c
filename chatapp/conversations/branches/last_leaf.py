"""Where a branch is gone on with: at the end that was shown last."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..branch import Skeleton
from ..models import Message
from ..refusals import NotFound


def last_leaf(skeleton: Skeleton, message_id: int) -> int:
    """The end of a branch through `message_id` that was shown, or written, last.

    Raises NotFound if the message was removed.
    """
    ends = Message.objects.filter(pk__in=skeleton.leaves(message_id))
    rows = [(shown_at or created, pk) for shown_at, created, pk in ends.values_list("shown_at", "created", "pk")]
    if not rows:  # in another tab, say, since it was looked up
        raise NotFound(_("This message was deleted. Undo that first, or reload the page."))
    return max(rows)[1]


def was_shown(message_id: int) -> None:
    Message.objects.filter(pk=message_id).update(shown_at=timezone.now())
