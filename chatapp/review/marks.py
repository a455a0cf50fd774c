"""The deeds of a reviewer on what is read: score, label, comment, correct, mark as reviewed; and undo.

Each is one transaction that adds rows and takes rows away under one Deed, so that undoing is one thing for all.
That the reviewer may is for the caller to know (visit.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.refusals import NotFound, Refused, TooLate
from chatapp.conversations.turn import my_turn

from .models import Deed, Facts, Mark, Option

LONGEST_LABEL = 40
LONGEST_COMMENT = 4000
LONGEST_CORRECTION = 100_000


def score(reviewer: User, answer: Message, place: int) -> Deed:
    """Give the answer the option on this key; the same once more takes it back."""
    _only_answers(answer)
    option = Option.objects.filter(place=place, retired_at=None).first()
    if option is None:
        raise Refused(_("There is no option on this key."))
    with _deed(reviewer, answer.conversation, _("Score: %(option)s") % {"option": option.name}) as deed:
        mine = Mark.objects.standing().filter(kind=Mark.Kind.SCORE, reviewer=reviewer, message=answer)
        had = set(mine.values_list("option_id", flat=True))
        _take_away(mine, deed)
        if had != {option.pk}:
            _add(deed, Mark.Kind.SCORE, message=answer, option=option)
    return deed


def label(reviewer: User, conversation: Conversation, name: str) -> Deed:
    """Put the label on, or take it off if it is there."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(_("Type a label."), "label")
    if len(name) > LONGEST_LABEL:
        raise Refused(_("At most %(most)s characters are possible.") % {"most": LONGEST_LABEL}, "label")
    with _deed(reviewer, conversation, _("Label: %(name)s") % {"name": name}) as deed:
        if not _take_away(_on(conversation, Mark.Kind.LABEL).filter(text=name), deed):
            _add(deed, Mark.Kind.LABEL, text=name)
    return deed


def comment(reviewer: User, conversation: Conversation, text: str) -> Deed:
    text = text.replace("\x00", "\ufffd").strip()
    if not text:
        raise Refused(_("Write a comment first."), "comment")
    if len(text) > LONGEST_COMMENT:
        raise Refused(_("At most %(most)s characters are possible.") % {"most": LONGEST_COMMENT}, "comment")
    with _deed(reviewer, conversation, _("Comment")) as deed:
        _add(deed, Mark.Kind.COMMENT, text=text)
    return deed


def remove_comment(reviewer: User, conversation: Conversation, key: UUID) -> Deed:
    """One of the reviewer's own."""
    with _deed(reviewer, conversation, _("Comment removed")) as deed:
        mine = _on(conversation, Mark.Kind.COMMENT).filter(key=key, reviewer=reviewer)
        if not _take_away(mine, deed):
            raise NotFound(_("There is no such comment of yours."))
    return deed


def correct(reviewer: User, answer: Message, text: str) -> Deed:
    """Say how the answer should have been; with no text the correction is taken away."""
    _only_answers(answer)
    text = text.replace("\x00", "\ufffd").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_CORRECTION:
        raise Refused(_("At most %(most)s characters are possible.") % {"most": LONGEST_CORRECTION}, "correction")
    if text == answer.text.strip():
        text = ""  # nothing was corrected
    with _deed(reviewer, answer.conversation, _("Corrected answer")) as deed:
        there = _on(answer.conversation, Mark.Kind.CORRECTION).filter(message=answer)
        if not _take_away(there, deed) and not text:
            raise Refused(_("Change the answer first: this is what the model wrote."), "correction")
        if text:
            _add(deed, Mark.Kind.CORRECTION, message=answer, text=text)
    return deed


def review(reviewer: User, conversation: Conversation, done: bool) -> Deed:
    """Mark the conversation as reviewed as it is now, or as not reviewed."""
    with _deed(reviewer, conversation, _("Reviewed") if done else _("Not reviewed")) as deed:
        _take_away(_on(conversation, Mark.Kind.REVIEWED), deed)
        if done:
            _add(deed, Mark.Kind.REVIEWED)
    return deed


def undo(reviewer: User, conversation: Conversation) -> Deed | None:
    """Turn the reviewer's last deed here round; None if none is left. Raises TooLate if somebody built on it."""
    with my_turn():
        deed = (
            Deed.objects.filter(reviewer=reviewer, conversation=conversation, undone_at=None)
            .order_by("-at")
            .first()
        )
        if deed is None:
            return None
        added = Mark.objects.filter(deed=deed.key)
        if added.exclude(removed_at=None).exists():
            raise TooLate(_("This was changed by somebody else since, so it cannot be undone."))
        added.update(removed_at=timezone.now(), removed_by=None)
        try:
            with transaction.atomic():
                Mark.objects.filter(removed_by=deed.key).update(removed_at=None, removed_by=None)
        except IntegrityError:
            raise TooLate(_("This was changed by somebody else since, so it cannot be undone.")) from None
        Deed.objects.filter(pk=deed.pk).update(undone_at=timezone.now())
        _show_reviewed(conversation)
    return deed


@contextmanager
def _deed(reviewer: User, conversation: Conversation, words: str) -> Iterator[Deed]:
    with my_turn():
        deed = Deed.objects.create(reviewer=reviewer, conversation=conversation, words=words[:100])
        yield deed
        _show_reviewed(conversation)


def _add(deed: Deed, kind: Mark.Kind, **columns: object) -> None:
    Mark.objects.create(
        kind=kind,
        conversation_id=deed.conversation_id,
        reviewer_id=deed.reviewer_id,
        deed=deed.key,
        **columns,  # type: ignore[arg-type]
    )


def _take_away(marks: QuerySet[Mark], deed: Deed) -> int:
    return marks.update(removed_at=timezone.now(), removed_by=deed.key)


def _on(conversation: Conversation, kind: Mark.Kind) -> QuerySet[Mark]:
    return Mark.objects.standing().filter(conversation=conversation, kind=kind)


def _only_answers(message: Message) -> None:
    if message.role != Message.Role.ASSISTANT:
        raise Refused(_("Only answers can be scored and corrected."))


def _show_reviewed(conversation: Conversation) -> None:
    """The list shows it at once; facts.py would come to the same a moment later."""
    done = _on(conversation, Mark.Kind.REVIEWED).values_list("at", flat=True).first()
    state = Facts.Reviewed.NO
    if done is not None:
        moment = Conversation.objects.values_list("updated", flat=True).get(pk=conversation.pk)
        state = Facts.Reviewed.CHANGED if moment > done else Facts.Reviewed.YES
    Facts.objects.filter(conversation=conversation).update(reviewed=state)
