"""The context meter: how full the window is, what it has cost, and what no longer goes along."""

from typing import Any

from django.db.models import Sum

from chatapp.conversations import window
from chatapp.conversations.history import plan_next
from chatapp.conversations.models import Conversation, Message, Reply


def meter_of(conversation: Conversation | None) -> dict[str, Any]:
    """Tokens used of the window (exact right after an answer, else estimated), US dollars, what is left out."""
    room = window.size()
    if conversation is None:
        return _meter(0, room, True, None, [])
    plan = plan_next(conversation)
    exact = _counted(conversation)
    cost = Reply.objects.filter(conversation=conversation).aggregate(sum=Sum("cost"))["sum"]
    used = exact if exact is not None else plan.estimate
    return _meter(used, room, exact is None, cost, plan.left_out)


def _counted(conversation: Conversation) -> int | None:
    """What the model itself counted, if its last answer is the end of the branch shown."""
    if conversation.leaf_id is None:
        return None
    last = (
        Reply.objects.filter(message_id=conversation.leaf_id, completion_tokens__isnull=False)
        .exclude(state__in=(Reply.State.QUEUED, Reply.State.RUNNING))
        .order_by("-id")
        .first()
    )
    return (last.prompt_tokens or 0) + (last.completion_tokens or 0) if last else None


def _meter(used: int, room: int, estimated: bool, cost: float | None, left_out: list[Message]) -> dict[str, Any]:
    return {
        "used": used,
        "window": room,
        "percent": min(100, 100 * used / room),
        "estimated": estimated,
        "cost": cost,
        "left_out": [{"id": m.key, "title": " ".join(m.text[:80].split()) or m.role} for m in left_out[:50]],
        "left_out_ids": {m.key for m in left_out},
        "left_out_count": len(left_out),
    }
