"""The context meter: how full the window is, what it has cost, and what no longer goes along."""

from typing import Any
from uuid import UUID

from django.db.models import Sum

from chatapp.conversations import window
from chatapp.conversations.compacting.standing import told
from chatapp.conversations.history import Plan, plan_next
from chatapp.conversations.models import Conversation, Message, Reply, Summary

NEARLY_FULL = 0.75  # of the window; then condensing is offered unasked
LEAST_TO_CONDENSE = 2  # messages


def meter_of(conversation: Conversation | None) -> dict[str, Any]:
    """Tokens used of the window (exact right after an answer, else estimated), US dollars, what is left out."""
    room = window.size()
    if conversation is None:
        return _meter(0, room, True, None, [])
    plan = plan_next(conversation)
    exact = _counted(conversation, plan)
    cost = _cost(conversation)
    used = exact if exact is not None else plan.estimate
    meter = _meter(used, room, exact is None, cost, plan.left_out)
    return meter | {
        "condensed": plan.condensed,
        "can_condense": len(plan.sources) - plan.sources.count(None) + len(plan.left_out) > LEAST_TO_CONDENSE,
    }


def left_out_of(conversation: Conversation) -> set[UUID]:
    """Keys of the messages that would not go along with a next question."""
    return {m.key for m in plan_next(conversation).left_out}


def _cost(conversation: Conversation) -> float | None:
    """Of all answers and summaries; None until something was counted."""
    answers = Reply.objects.filter(conversation=conversation).aggregate(sum=Sum("cost"))["sum"]
    summaries = Summary.objects.filter(conversation=conversation).aggregate(sum=Sum("cost"))["sum"]
    return (answers or 0) + summaries if summaries else answers


def _counted(conversation: Conversation, plan: Plan) -> int | None:
    """What the model itself counted, if its last answer is the end of the branch shown."""
    if conversation.leaf_id is None:
        return None
    last = (
        Reply.objects.filter(message_id=conversation.leaf_id, completion_tokens__isnull=False)
        .exclude(state__in=(Reply.State.QUEUED, Reply.State.RUNNING))
        .order_by("-id")
        .first()
    )
    if last is None or not _sent_as_now(last, plan):
        return None
    return (last.prompt_tokens or 0) + (last.completion_tokens or 0)


def _sent_as_now(reply: Reply, plan: Plan) -> bool:
    """Whether the same summary, in the same words, stood for the earlier part: else the count says nothing."""
    sent = reply.sent or {}
    if plan.summary is None:
        return "summary" not in sent
    return told(plan.summary) in sent.get("messages", [])


def _meter(used: int, room: int, estimated: bool, cost: float | None, left_out: list[Message]) -> dict[str, Any]:
    return {
        "used": used,
        "window": room,
        "percent": min(100, 100 * used / room),
        "is_nearly_full": used > NEARLY_FULL * room or bool(left_out),
        "condensed": 0,
        "can_condense": False,
        "estimated": estimated,
        "cost": cost,
        "left_out": [{"id": m.key, "title": " ".join(m.text[:80].split()) or m.role} for m in left_out[:50]],
        "left_out_ids": {m.key for m in left_out},
        "left_out_count": len(left_out),
    }
