"""The deed: ask for another answer to the same question, as a sibling. The first answer stays."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS

from .ask import show
from .branch import skeleton
from .branches.copies import run_behind
from .claim import at_once
from .lock import lock
from .models import Conversation, Message, Reply
from .refusals import Refused
from .turn import my_turn

WAYS = (Reply.Way.RETRY, Reply.Way.LOWER_EFFORT, Reply.Way.MORE_TOKENS, Reply.Way.ANSWER_NOW, Reply.Way.OTHER)
LOWER = {"high": "medium", "medium": "low", "low": "low"}
MOST_TOKENS = 32_768
BUSY = gettext_lazy("An answer is being written here. Stop it first, or wait until it has ended.")


@my_turn()
def retry(message: Message, way: str, *, claimant: str = "", overrides: dict[str, Any] | None = None) -> Reply:
    """Begin another answer beside the answer `message`, or to it if it is a question.

    overrides: for the way OTHER, the settings (flat, valid) of this one answer.
    Raises Refused (unknown way, nothing to answer, another answer unfinished), NotFound (lock.py).
    """
    if way not in WAYS:
        raise Refused(_("This cannot be asked again."))
    conversation = lock(message.conversation_id)
    if Reply.objects.filter(conversation=conversation).unfinished().exists():
        raise Refused(BUSY)
    question_id = _question(conversation, message)
    last = run_behind(message)
    sibling = Message.objects.create(conversation=conversation, parent_id=question_id, role=Message.Role.ASSISTANT)
    reply = Reply.objects.create(
        conversation=conversation,
        message=sibling,
        way=way,
        overrides=(overrides or {}) if way == Reply.Way.OTHER else overrides_for(way, last),
        **at_once(conversation, claimant),
    )
    show(conversation, sibling)
    return reply


def _question(conversation: Conversation, message: Message) -> int:
    """The id of the question that `message` is or answers. Raises Refused if it was removed."""
    tree = skeleton(conversation)
    asks = message.role == Message.Role.USER
    question_id = tree.nearest(message.pk) if asks else tree.parents.get(message.pk)
    if question_id is None or tree.roles[question_id] != Message.Role.USER:
        raise Refused(_("The question was deleted. Ask it anew."))
    return question_id


def overrides_for(way: str, last: Reply | None) -> dict[str, Any]:
    """What `way` changes against the settings that `last` was run with."""
    before = (last.overrides if last else None) or {}
    if way == Reply.Way.LOWER_EFFORT:
        return {**before, "reasoning.effort": LOWER[effort_of(last)]}
    if way == Reply.Way.MORE_TOKENS:
        tokens = limit_of(last) or DEFAULT_MAX_TOKENS
        return {**before, "max_tokens": max(tokens, min(tokens * 2, MOST_TOKENS))}
    if way == Reply.Way.ANSWER_NOW:
        return {**before, "reasoning.effort": "low"}
    return {}


def effort_of(reply: Reply | None) -> str:
    """How much the model was to think: low, medium or high, whatever stands in the row."""
    reasoning = ((reply.settings if reply else None) or {}).get("reasoning")
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    return effort if isinstance(effort, str) and effort in LOWER else "medium"


def limit_of(reply: Reply | None) -> int:
    """How many tokens the answer might have; 0 if the row does not say."""
    limit = ((reply.settings if reply else None) or {}).get("max_tokens")
    return limit if isinstance(limit, int) else 0
