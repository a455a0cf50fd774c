"""“About this answer”: what the receipt says, put into words for the dialog."""

from typing import Any

import orjson
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.conversations.branches.copies import origins
from chatapp.conversations.models import Message, Reply
from chatapp.conversations.receipt import rebuild

ORIGINS = {
    "chat": gettext_lazy("This chat"),
    "folder": gettext_lazy("Folder"),
    "mine": gettext_lazy("My default"),
    "team": gettext_lazy("Team default"),
    "prompt": gettext_lazy("Prompt"),
    "team_prompt": gettext_lazy("The team's prompt"),
    "answer": gettext_lazy("This answer"),
}

# Where an answer comes from that was not written in its place.
HERE = gettext_lazy("This answer was copied from another branch of this chat. What was sent for it is below.")
OWN = gettext_lazy("This answer was copied from another chat of yours. What was sent for it is below.")
SHARED = gettext_lazy(
    "This answer was copied from a chat that was shared with you. What was sent for it belongs to its owner."
)
IMPORTED = gettext_lazy("This answer was imported with its chat. What was sent for it is not known here.")
COPIED = gettext_lazy("This answer was copied. What was sent for it is not known any more.")


def receipt_of(message: Message, *, within: int | None = None) -> dict[str, Any]:
    """The receipt of the message's last run, which had the last word; empty for a question.

    A copy has that of what it is a copy of, if the reader owns that, else a `note` that says where it came from.
    within: the conversation that the reader may see no further than; for whoever does not own it.
    """
    reply = Reply.objects.filter(message=message).order_by("-id").first()
    if reply is not None:
        return _receipt(reply)
    return _of_copy(message, within) if message.role == Message.Role.ASSISTANT else {}


def _of_copy(message: Message, within: int | None) -> dict[str, Any]:
    origin = origins([message]).get(message.pk)
    if origin is None:
        return {"note": IMPORTED if message.conversation.origin else COPIED}
    if within is not None and origin.message.conversation_id != within:
        return {"note": _("This answer was copied from another chat. What was sent for it is to be read there.")}
    if origin.message.conversation.owner_id != message.conversation.owner_id:
        return {"note": SHARED}
    return {"note": HERE if origin.message.conversation_id == message.conversation_id else OWN} | _receipt(
        Reply.objects.get(pk=origin.runs[-1].pk)
    )


def _receipt(reply: Reply) -> dict[str, Any]:
    body, proved = rebuild(reply)
    seconds = _seconds(reply)
    return {
        "state": Reply.State(reply.state).label,
        "model": reply.model,
        "path": reply.path,
        "finish_reason": reply.finish_reason,
        "request_id": reply.request_id,
        "usage": _usage(reply),
        "neurons": reply.neurons,
        "cost": reply.cost,
        "first_token_seconds": _between(reply.started_at, reply.first_token_at),
        "total_seconds": _between(reply.started_at, reply.ended_at),
        "tokens_per_second": (reply.completion_tokens or 0) / seconds if seconds else None,
        "timeline": _timeline(reply),
        "parameters": _parameters(reply, body),
        "prompt_text": reply.system_prompt,
        "prompt": reply.prompt_named,
        "messages": (body or {}).get("messages", []),
        "left_out": reply.left_out,
        "summary": (reply.sent or {}).get("summary"),
        "proved": proved,
        "raw_json": orjson.dumps(body, option=orjson.OPT_INDENT_2).decode() if body else "",
    }


def _usage(reply: Reply) -> dict[str, int] | None:
    if reply.prompt_tokens is None or reply.completion_tokens is None:
        return None
    return {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "cached_tokens": reply.cached_tokens or 0,
        "total_tokens": reply.prompt_tokens + reply.completion_tokens,
    }


def _parameters(reply: Reply, body: dict[str, Any] | None) -> list[dict[str, str]]:
    sent = {k: v for k, v in (body or {}).items() if k != "messages"}
    return [
        {
            "name": name,
            "value": value if isinstance(value, str) else orjson.dumps(value).decode(),
            "origin": _origin(name, reply),
        }
        for name, value in sent.items()
    ]


def _origin(name: str, reply: Reply) -> str:
    for key in (name, f"{name}.effort", "reasoning.effort" if name == "reasoning_effort" else name):
        if key in reply.origins:
            return str(ORIGINS.get(reply.origins[key], ""))
    return "Chatapp" if name in ("stream", "stream_options") else _("Default")


def _timeline(reply: Reply) -> list[dict[str, str]]:
    steps = [
        (reply.created, _("Asked")),
        (reply.started_at, _("Sent to the model")),
        (reply.first_token_at, _("First token")),
        (reply.first_text_at, _("First word of the answer")),
        (reply.ended_at, _("Ended: %(state)s") % {"state": Reply.State(reply.state).label}),
    ]
    # A claim within the asking's own transaction is stamped a moment before the row.
    seconds = [(max(0.0, (at - reply.created).total_seconds()), label) for at, label in steps if at]
    return [{"at": f"{number_format(at, 2)} s", "label": label} for at, label in seconds]


def _seconds(reply: Reply) -> float | None:
    """The time in which tokens arrived."""
    return _between(reply.first_token_at, reply.ended_at)


def _between(start: Any, end: Any) -> float | None:
    return (end - start).total_seconds() if start and end and end > start else None
