"""The deeds: rate an answer, change that, take it back."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from .models import Rating

LONGEST = 2000
REASONS = {
    Rating.Thumb.UP: {
        "correct": "Correct",
        "complete": "Complete",
        "clear": "Clear",
        "style": "Good style",
        "other": "Something else",
    },
    Rating.Thumb.DOWN: {
        "incorrect": "Not correct",
        "instructions": "Did not follow instructions",
        "long": "Too long",
        "short": "Too short",
        "refused": "Refused to answer",
        "style": "Style or tone",
        "other": "Something else",
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
        raise Refused("Only answers can be rated.")
    if thumb not in Rating.Thumb.values:
        raise Refused("Choose thumbs up or thumbs down.", "thumb")
    known = REASONS[Rating.Thumb(thumb)]
    if reasons is not None and not set(reasons) <= set(known):
        raise Refused("There is no such reason. Reload the page and try again.", "reasons")
    if words is not None and len(words) > LONGEST:
        raise Refused(f"At most {LONGEST:,} characters are possible.", "words")
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
