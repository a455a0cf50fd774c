"""The deeds on a summary: change its words, remove it (or stop its writing), bring it back."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.written import grouped

from ..models import Message, Summary
from ..refusals import Refused, TooLate
from ..turn import my_turn
from .begin import GONE
from .shown import shown_anew


def of(message: Message, removed: bool = False) -> Summary:
    """The newest summary that ends with `message`: of those that are there, or of those `removed`.

    Raises TooLate if there is none.
    """
    found = Summary.objects.filter(upto=message, removed_at__isnull=not removed)
    newest = found.select_related("conversation").order_by("removed_at", "pk").last()
    if newest is None:
        raise TooLate(GONE)
    return newest


def edit(summary: Summary, text: str) -> None:
    """The words are a person's from now on. Raises Refused (empty, too long) or TooLate."""
    text = text.replace("\x00", "\ufffd").strip()
    if not text:
        raise Refused(_("Write what the model is to know, or use Undo to send the messages again."), "text")
    if len(text) > settings.MAX_QUESTION_CHARS:
        raise Refused(
            _("At most %(most)s characters are possible.") % {"most": grouped(settings.MAX_QUESTION_CHARS)},
            "text",
        )
    with my_turn():
        written = Summary.objects.filter(pk=summary.pk, removed_at=None).exclude(text="")
        if not written.update(text=text, by_model=False):
            raise TooLate(GONE)
        shown_anew(summary.conversation_id)


def remove(summary: Summary) -> None:
    """The messages are sent again. If it is still being written, the writing stops."""
    with my_turn():
        Summary.objects.filter(pk=summary.pk, removed_at=None).update(removed_at=timezone.now(), lease_until=None)
        shown_anew(summary.conversation_id)


def bring_back(summary: Summary) -> None:
    """A removed summary stands again. Raises TooLate if it never had words."""
    with my_turn():
        removed = Summary.objects.filter(pk=summary.pk).exclude(removed_at=None).exclude(text="")
        if not removed.update(removed_at=None):
            raise TooLate(GONE)
        shown_anew(summary.conversation_id)
