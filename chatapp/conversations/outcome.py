"""What to say of a reply that is not simply complete, and the next sensible things to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.retold import retold
from chatapp.accounts.written import grouped

from .continue_answer import CUT
from .models import Message, Reply
from .retry import LOWER, MOST_TOKENS, effort_of, limit_of

RETRY = ("retry", gettext_lazy("Try again"))
CONTINUE = ("continue", gettext_lazy("Continue"))
ANSWER_NOW = ("answer_now", gettext_lazy("Answer now"))


@dataclass(frozen=True, slots=True)
class Outcome:
    label: str = ""  # plain words; empty for a complete answer and one that is under way
    ways: list[dict[str, str]] = field(default_factory=list)
    starved: bool = False  # reasoning used the whole budget


def outcome(reply: Reply | None, message: Message) -> Outcome:
    if reply is None or reply.is_unfinished:
        return Outcome()
    has_text = bool(message.text.strip())
    go_on = [CONTINUE, RETRY] if has_text else [RETRY]
    match reply.state:
        case Reply.State.STOPPED:
            return _say(_("You stopped this answer.") if has_text else _("You stopped this."), go_on)
        case Reply.State.INTERRUPTED | Reply.State.FAILED:
            sentence = (reply.error or {}).get("sentence", _("This answer was cut off."))
            return _say(retold(sentence), go_on)
    if reply.finish_reason in CUT:
        return _cut(reply, message, has_text)
    if reply.finish_reason == "content_filter":
        return _say(_("The model's content filter ended this answer."), [RETRY])
    if not has_text:
        if message.reasoning.strip():
            return _say(_("The model thought, and ended without an answer."), [ANSWER_NOW, *_lower(reply), RETRY])
        return _say(_("The model ended without a word."), [RETRY])
    return Outcome()


def cut_copy() -> Outcome:
    """Of the copy of an answer that was cut when it was copied, and whose original was continued since."""
    return _say(_("This answer was cut off when it was copied."), [CONTINUE, RETRY])


def unanswered() -> Outcome:
    """Of a question at the end of its branch: forked from, imported, or its answer was deleted."""
    return _say(_("This question has no answer here."), [("retry", _("Answer it"))])


def _cut(reply: Reply, message: Message, has_text: bool) -> Outcome:
    limit = limit_of(reply)
    # About: reasoning and text are not counted apart by the model; characters share alike.
    shown = len(message.reasoning) / max(1, len(message.reasoning) + len(message.text))
    if not has_text:
        label = _(
            "Reasoning used all %(limit)s tokens, so none were left for the answer. "
            "The question is kept; choose a way out."
        ) % {"limit": grouped(limit)}
        return _say(label, [*_lower(reply), *_more(limit), ANSWER_NOW], starved=True)
    if shown > 0.6:
        label = _(
            "Cut off at %(limit)s tokens, of which reasoning used about %(share)s %%. What was written is kept."
        ) % {"limit": grouped(limit), "share": round(shown * 100)}
        return _say(label, [CONTINUE, *_lower(reply), *_more(limit), ANSWER_NOW], starved=True)
    return _say(
        _("Cut off at %(limit)s tokens. What was written is kept.") % {"limit": grouped(limit)},
        [CONTINUE, *_more(limit), RETRY],
    )


def _lower(reply: Reply) -> list[tuple[str, str]]:
    effort = effort_of(reply)
    if effort == "low":
        return []
    return [("lower_effort", _("Lower effort (%(effort)s)") % {"effort": _(LOWER[effort])})]


def _more(limit: int) -> list[tuple[str, str]]:
    more = min(limit * 2, MOST_TOKENS)
    return [("more_tokens", _("More tokens (%(more)s)") % {"more": grouped(more)})] if more > limit else []


def _say(label: str, ways: Sequence[tuple[str, str | Promise]], starved: bool = False) -> Outcome:
    return Outcome(label, [{"way": way, "label": str(name)} for way, name in ways], starved)
