"""What reviewers have put on a conversation and its answers, as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.conversations.models import Message, Reply
from chatapp.conversations.transcript import Turn
from chatapp.feedback.models import Rating, Signal
from chatapp.feedback.rate import REASONS
from chatapp.review import rubric
from chatapp.review.models import Deed, Mark, Visit


@dataclass(slots=True)
class Bar:
    """Below an answer: scores, the correction, what the member thought of it, and the facts of its last run."""

    answer: UUID
    text: str
    own: int = 0  # the key of one's own score, if that option still stands
    own_words: str = ""  # of a score whose option was retired since
    others: list[tuple[str, str]] = field(default_factory=list)  # reviewer, option
    correction: Mark | None = None
    thumb: str = ""
    thumb_reasons: list[str] = field(default_factory=list)
    thumb_words: str = ""
    signals: list[str] = field(default_factory=list)
    run: Reply | None = None
    wait: float | None = None  # seconds to the first token


def panel(reviewer: User, here: Visit, turns: Iterable[Turn]) -> dict[str, Any]:
    """For the whole page: what stands beside, and a bar for each answer of `turns`."""
    turns = list(turns)
    found = bars(reviewer, here, [turn.id for turn in turns if turn.role == Message.Role.ASSISTANT])
    for turn in turns:
        _for_others(turn)
    return {**side(reviewer, here), "read": [(turn, found.get(turn.id)) for turn in turns]}


def _for_others(turn: Turn) -> None:
    """Nothing to press, and no "you" that means somebody else."""
    turn.ways, turn.is_queued_question = [], False
    if turn.state == Reply.State.STOPPED:
        turn.label = _("The member stopped this answer.")


def side(reviewer: User, here: Visit) -> dict[str, Any]:
    marks = Mark.objects.standing().filter(conversation=here.conversation_id).select_related("reviewer")
    found: dict[str, list[Mark]] = {"label": [], "comment": [], "reviewed": []}
    for mark in marks.filter(kind__in=list(found)).order_by("id"):
        found[mark.kind].append(mark)
    last = Deed.objects.filter(reviewer=reviewer, conversation=here.conversation_id, undone_at=None)
    known = Mark.objects.standing().filter(kind=Mark.Kind.LABEL).exclude(conversation=here.conversation_id)
    reviewed = found["reviewed"][0] if found["reviewed"] else None
    conversation = here.conversation
    return {
        "labels": found["label"],
        "comments": found["comment"],
        "reviewed": reviewed,
        "is_newer": bool(reviewed and conversation and conversation.updated > reviewed.at),
        "undoable": last.order_by("-at").first(),
        "known_labels": list(known.order_by("text").values_list("text", flat=True).distinct()[:40]),
        "options": rubric.options(),
        "reviewer": reviewer,
    }


def bars(reviewer: User, here: Visit, answers: Iterable[UUID]) -> dict[UUID, Bar]:
    rows = Message.objects.kept().filter(
        conversation=here.conversation_id, key__in=list(answers), role=Message.Role.ASSISTANT
    )
    found = {pk: Bar(key, text) for pk, key, text in rows.values_list("pk", "key", "text")}
    for mark in (
        Mark.objects.standing().filter(message__in=found).select_related("option", "reviewer").order_by("id")
    ):
        if mark.message_id:
            _put(found[mark.message_id], mark, reviewer)
    runs = Reply.objects.filter(message__in=found).order_by("id")
    for run in runs.defer("sent", "origins", "left_out", "system_prompt"):
        bar = found[run.message_id]
        bar.run = run
        if run.started_at and run.first_token_at:
            bar.wait = max(0.0, (run.first_token_at - run.started_at).total_seconds())
    for rating in Rating.objects.filter(message__in=found):
        known = REASONS[Rating.Thumb(rating.thumb)]
        bar = found[rating.message_id]
        bar.thumb, bar.thumb_words = rating.thumb, rating.words
        bar.thumb_reasons = [str(known[name]) for name in rating.reasons if name in known]
    for message, kind in Signal.objects.filter(message__in=found).order_by("id").values_list("message_id", "kind"):
        if kind not in found[message].signals:
            found[message].signals.append(kind)
    return {bar.answer: bar for bar in found.values()}


def _put(bar: Bar, mark: Mark, reviewer: User) -> None:
    if mark.kind == Mark.Kind.CORRECTION:
        bar.correction = mark
    elif mark.kind == Mark.Kind.SCORE and mark.option is not None:
        if mark.reviewer_id != reviewer.pk:
            bar.others.append((str(mark.reviewer or ""), mark.option.name))
        elif mark.option.retired_at is None:
            bar.own = mark.option.place
        else:
            bar.own_words = mark.option.name
