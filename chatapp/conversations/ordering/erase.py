"""What is over is erased: deleted long ago, or temporary and past its time. Rows, not marks.

A little at a time, so that nobody's words wait for it; what is left half done is gone on with at the next look.
"""

from django.db.models import F
from django.utils import timezone

from ..listing.cursor import EPOCH
from ..listing.shelves import end_of_trash
from ..models import Conversation, Event, Message, Reply
from ..turn import my_turn
from . import tags

LOGS = 20  # replies whose logs go in one transaction
MESSAGES = 100


def end_temporary() -> list[Conversation]:
    """Take temporary chats out of everybody's sight whose time is over; running and waiting answers end first."""
    over = Conversation.objects.filter(expires_at__lte=timezone.now(), deleted_at=None)
    over = over.exclude(replies__in=Reply.objects.unfinished())
    with my_turn():
        found = list(over.only("id", "key", "owner_id").order_by("pk")[:100])
        # Asked again in the update of each: one may have been kept, or deleted, since it was looked for.
        return [c for c in found if over.filter(pk=c.pk).update(deleted_at=EPOCH, version=F("version") + 1)]


def erase_some() -> bool:
    """Erase a part of one conversation that is over; whether there may be more."""
    conversation = _over()
    if conversation is None:
        return bool(tags.forget_unused())
    with my_turn():
        replies = list(
            Reply.objects.filter(conversation=conversation, log_kept=True).values_list("pk", flat=True)[:LOGS]
        )
        if replies:
            Event.objects.filter(reply_id__in=replies).delete()
            Reply.objects.filter(pk__in=replies).update(log_kept=False)
            return True
        # From the end of each branch: what hangs below a message goes with it.
        last = Message.objects.filter(conversation=conversation).order_by("-id").values_list("pk", flat=True)
        if ids := list(last[:MESSAGES]):
            Conversation.objects.filter(pk=conversation.pk).update(leaf=None)
            Message.objects.filter(pk__in=ids).delete()
            return True
        conversation.delete()
    return True


def _over() -> Conversation | None:
    """One whose answers have all ended: a deleted one's are stopped soon after (log.py, orphans.py)."""
    deleted = Conversation.objects.filter(deleted_at__lte=end_of_trash())
    lapsed = Conversation.objects.filter(deleted_at__isnull=False, expires_at__lte=timezone.now())
    for over in (deleted, lapsed):
        if found := over.exclude(replies__in=Reply.objects.unfinished()).order_by("id").first():
            return found
    return None
