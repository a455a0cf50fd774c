"""The deeds: have the earlier part of the branch shown condensed; try once more what failed.

Stored first, with a lease: the process that was named writes it (write.py), and if that process dies, the lease
runs out and the summary is marked as failed (orphans.py).
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lock import lock
from ..models import Conversation, Summary
from ..refusals import Refused, TooLate
from ..turn import my_turn
from .cut import cuts
from .shown import shown_anew

LEASE = datetime.timedelta(seconds=12)
MOST_AT_ONCE = 2  # summaries being written for one member
NOTHING = _(
    "There is nothing to condense yet. The last exchanges stay as they are; "
    "come back when the chat has grown beyond them."
)
BUSY = _("A summary of this chat is being written already. Wait for it or stop it.")
ENOUGH = _("Summaries of other chats of yours are being written. Wait for one of them.")
GONE = _("This summary is not there any more.")


def lease_end() -> datetime.datetime:
    return timezone.now() + LEASE


def begin(conversation: Conversation, keep: int) -> Summary:
    """A summary without words yet, of all but the last `keep` exchanges. Raises Refused, NotFound."""
    cut = next((one for one in cuts(conversation) if one.keep == keep), None)
    if cut is None:
        raise Refused(NOTHING, "keep")
    with my_turn():
        conversation = lock(conversation.pk)
        _may_begin(conversation)
        # A try that failed gives way to this one.
        failed = Summary.objects.filter(conversation=conversation, removed_at=None, text="")
        failed.update(removed_at=timezone.now())
        shown_anew(conversation.pk)
        return Summary.objects.create(
            conversation=conversation, upto_id=cut.upto, tokens=cut.tokens, lease_until=lease_end()
        )


def again(summary: Summary) -> Summary:
    """Try once more. Raises TooLate if it has not failed, Refused, NotFound."""
    with my_turn():
        _may_begin(lock(summary.conversation_id))
        failed = Summary.objects.filter(pk=summary.pk, removed_at=None, text="").exclude(error="")
        if not failed.update(error="", parts=0, parts_done=0, lease_until=lease_end()):
            raise TooLate(GONE)
        shown_anew(summary.conversation_id)
    summary.refresh_from_db()
    return summary


def _may_begin(conversation: Conversation) -> None:
    unwritten = Summary.objects.being_written()
    if unwritten.filter(conversation=conversation).exists():
        raise Refused(BUSY)
    if unwritten.filter(conversation__owner_id=conversation.owner_id).count() >= MOST_AT_ONCE:
        raise Refused(ENOUGH)
