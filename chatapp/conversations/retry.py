"""The deed: ask for another answer to the same question, as a sibling. The first answer stays."""

from typing import Any

from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS

from .ask import show
from .branches.copies import run_behind
from .claim import at_once
from .models import Conversation, Message, Reply
from .refusals import Refused
from .turn import my_turn

WAYS = (Reply.Way.RETRY, Reply.Way.LOWER_EFFORT, Reply.Way.MORE_TOKENS, Reply.Way.ANSWER_NOW)
LOWER = {"high": "medium", "medium": "low", "low": "low"}
MOST_TOKENS = 32_768
BUSY = "An answer is being written here. Stop it first, or wait until it has ended."


@my_turn()
def retry(answer: Message, way: str, *, claimant: str = "") -> Reply:
    """Begin a sibling of `answer`. Raises Refused (unknown way, not an answer, another one unfinished)."""
    if way not in WAYS or answer.role != Message.Role.ASSISTANT or answer.parent is None:
        raise Refused("This cannot be asked again.")
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=answer.conversation_id)
    if Reply.objects.filter(conversation=conversation).unfinished().exists():
        raise Refused(BUSY)
    last = run_behind(answer)
    sibling = Message.objects.create(conversation=conversation, parent=answer.parent, role=Message.Role.ASSISTANT)
    reply = Reply.objects.create(
        conversation=conversation,
        message=sibling,
        way=way,
        overrides=overrides_for(way, last),
        **at_once(conversation, claimant),
    )
    show(conversation, sibling)
    return reply


def overrides_for(way: str, last: Reply | None) -> dict[str, Any]:
    """What `way` changes against the settings that `last` was run with."""
    used = (last.settings if last else None) or {}
    before = (last.overrides if last else None) or {}
    effort = (used.get("reasoning") or {}).get("effort") or "medium"
    if way == Reply.Way.LOWER_EFFORT:
        return {**before, "reasoning.effort": LOWER.get(effort, "low")}
    if way == Reply.Way.MORE_TOKENS:
        tokens = int(used.get("max_tokens") or DEFAULT_MAX_TOKENS)
        return {**before, "max_tokens": max(tokens, min(tokens * 2, MOST_TOKENS))}
    if way == Reply.Way.ANSWER_NOW:
        return {**before, "reasoning.effort": "low"}
    return {}
