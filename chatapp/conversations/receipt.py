"""The receipt: the exact request behind an answer, kept without storing the history once per answer.

`Reply.sent` holds the body that went out, its messages by reference where they are stored rows:
`{"role", "ref": key, "chars": n}` is the first n characters of that message. Rows are immutable but for an
answer that is continued, which only grows, so the reference stays exact; `sent_hash` proves it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from chatapp.workersai.tokens import estimate_tokens

from .history import PER_MESSAGE, Plan
from .models import Message, Reply

REMOVED = "(This message was deleted.)"


def keep(body: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The columns of Reply that remember `body`, which was sent for `plan`."""
    messages = []
    for sent, source in zip(body.get("messages", []), plan.sources, strict=False):
        if source is not None and sent.get("content") == source.text:
            messages.append({"role": sent["role"], "ref": str(source.key), "chars": len(source.text)})
        else:
            messages.append(sent)
    raw = sum(estimate_tokens(m.get("content") or "") + PER_MESSAGE for m in body.get("messages", []))
    parameters = {k: v for k, v in body.items() if k != "messages"}
    sent = {"messages": messages, "parameters": parameters, "estimate": raw}
    if plan.summary is not None:
        # Its words are among the messages as they were sent; they may be edited later.
        sent["summary"] = {"key": str(plan.summary.key), "messages": plan.condensed}
    return {
        "sent": sent,
        "sent_hash": hash_of(body),
        "settings": plan.values,
        "origins": plan.origins,
        "system_prompt": str(plan.settings.get("system_prompt", "")),
        "prompt_named": plan.prompt.named if plan.prompt else None,
        # What an editor tries out is no use of a version: it does not count among what the version did.
        "prompt_version": plan.prompt.version.pk if plan.prompt and not plan.is_trial else None,
        "left_out": [str(m.key) for m in plan.left_out],
    }


def rebuild(reply: Reply) -> tuple[dict[str, Any] | None, bool]:
    """The body that was sent, and whether it is proved to be the very same. (None, False) if none was.

    A message that was removed since is not shown again here.
    """
    if not reply.sent:
        return None, False
    keys = [UUID(m["ref"]) for m in reply.sent["messages"] if "ref" in m]
    # Of this conversation alone: a receipt that was imported could name anybody's messages.
    mine = Message.objects.kept().filter(conversation=reply.conversation_id, key__in=keys)
    texts = {str(k): t for k, t in mine.values_list("key", "text")}
    messages = [
        {"role": m["role"], "content": texts[m["ref"]][: m["chars"]] if m["ref"] in texts else REMOVED}
        if "ref" in m
        else m
        for m in reply.sent["messages"]
    ]
    body = {"messages": messages, **reply.sent["parameters"]}
    return body, hash_of(body) == reply.sent_hash


def hash_of(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
