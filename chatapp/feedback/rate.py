"""The deeds: rate an answer, change that, take it back."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.written import grouped
from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from .models import Rating

LONGEST = 2000
REASONS = {
    Rating.Thumb.UP: {
        "correct": gettext_lazy("Correct"),
        "complete": gettext_lazy("Complete"),
        "clear": gettext_lazy("Clear"),
        "style": gettext_lazy("Good style"),
        "other": gettext_lazy("Something else"),
    },
    Rating.Thumb.DOWN: {
        "incorrect": gettext_lazy("Not correct"),
        "instructions": gettext_lazy("Did not follow instructions"),
        "long": gettext_lazy("Too long"),
        "short": gettext_lazy("Too short"),
        "refused": gettext_lazy("Refused to answer"),
        "style": gettext_lazy("Style or tone"),
        "other": gettext_lazy("Something else"),
    },
}


@my_turn()
def rate(
    member, answer: Message, thumb: str, reasons: Sequence[str] | None = None, words: str | None = None
) -> Rating:
    """Put `member`'s thumb on the answer. Reasons and words that are None stay, as far as they fit the thumb.

    Raises Refused: not an answer, no such thumb or reason, too many words.
    """
    if answer.role != Message.Role.ASSISTANT:
        raise Refused(_("Only answers can be rated."))
    if thumb not in Rating.Thumb.values:
        raise Refused(_("Choose thumbs up or thumbs down."), "thumb")
    known = REASONS[Rating.Thumb(thumb)]
    if reasons is not None and not set(reasons) <= set(known):
        raise Refused(_("There is no such reason. Reload the page and try again."), "reasons")
    if words is not None and len(words) > LONGEST:
        raise Refused(
            _("At most %(most)s characters are possible.") % {"most": grouped(LONGEST)},
            "words",
        )
    rating = Rating.objects.filter(member=member, message=answer).first() or Rating(member=member, message=answer)
    wanted = rating.reasons if reasons is None else reasons
    rating.thumb = thumb
    rating.reasons = [name for name in known if name in wanted]
    if words is not None:
        rating.words = words.replace("\x00", "\ufffd").strip()
    rating.save()
    return rating


def take_back(member, answer: Message) -> bool:
    """Remove the rating with its reasons and words; False if there was none."""
    return bool(Rating.objects.filter(member=member, message=answer).delete()[0])


def thumbs(member, keys: Iterable[UUID]) -> dict[UUID, str]:
    """The member's thumbs on the messages with these keys, by key."""
    rows = Rating.objects.filter(member=member, message__key__in=list(keys))
    return dict(rows.values_list("message__key", "thumb"))
