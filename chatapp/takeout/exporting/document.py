"""A conversation in our JSON: complete, and the same again after export and import (docs/export.md)."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from chatapp.conversations.models import Conversation, Folder, Message, Reply, Summary
from chatapp.conversations.orphans import Written, written_so_far

FORMAT, VERSION = "chatapp", 1
REPLY_TIMES = ("created", "started_at", "first_token_at", "first_text_at", "ended_at")
# What the receipt shows. Leases, owners and the log of a running reply stay: they mean nothing elsewhere.
REPLY_VALUES = (
    "way", "overrides", "settings", "origins", "system_prompt",
    "prompt_named", "sent", "sent_hash", "left_out", "path", "model",
    "request_id", "attempts", "finish_reason", "error", "prompt_tokens", "completion_tokens", "cached_tokens",
    "neurons", "cost",
)  # fmt: skip
CUT = {"code": "exported", "sentence": "This answer was still being written when it was exported."}


def header(folders: Sequence[Folder]) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "folders": [_folder(f) for f in folders]}


def documents(conversations: Sequence[Conversation]) -> list[dict[str, Any]]:
    """One for each of these rows (as choose.batches reads them)."""
    ids = [c.pk for c in conversations]
    messages, replies, logs = _read(ids)
    summaries: dict[int, list[Summary]] = defaultdict(list)
    wanted = Summary.objects.filter(conversation_id__in=ids, removed_at=None, upto__deleted_at=None)
    for summary in wanted.exclude(text="").select_related("upto").order_by("id"):
        summaries[summary.conversation_id].append(summary)
    return [_conversation(c, messages[c.pk], replies, logs, summaries[c.pk]) for c in conversations]


def _read(ids: list[int]) -> tuple[dict[int, list[Message]], dict[int, list[Reply]], dict[int, Written]]:
    """Messages by conversation, replies by message, and by message the log of those being written.

    In this order, and again if a reply has ended in between: its text would be there twice, or not at all.
    """
    while True:
        replies: dict[int, list[Reply]] = defaultdict(list)
        for reply in Reply.objects.filter(conversation_id__in=ids).order_by("id"):
            replies[reply.message_id].append(reply)
        messages: dict[int, list[Message]] = defaultdict(list)
        rows = Message.objects.filter(conversation_id__in=ids).select_related("copy_of__conversation")
        for message in rows.defer("search_text", "copy_of__text", "copy_of__reasoning").order_by("id"):
            messages[message.conversation_id].append(message)
        logs = {m: written_so_far(r[-1]) for m, r in replies.items() if r[-1].is_unfinished}
        if not any(log.ended for log in logs.values()):
            return messages, replies, logs


def _conversation(
    conversation: Conversation,
    messages: list[Message],
    replies: dict[int, list[Reply]],
    logs: dict[int, Written],
    summaries: list[Summary],
) -> dict[str, Any]:
    keys = _keys_left(messages)
    return {
        "key": str(conversation.key),
        "origin": conversation.origin,
        "title": conversation.title,
        "title_by": conversation.title_by,
        "settings": conversation.settings,
        "folder": str(conversation.folder.key) if conversation.folder else None,
        "tags": sorted(tag.name for tag in conversation.tags.all()),
        "leaf": keys.get(conversation.leaf_id),
        "created": _time(conversation.created),
        "updated": _time(conversation.updated),
        "answered_at": _time(conversation.answered_at),
        "read_at": _time(conversation.read_at),
        "pinned_at": _time(conversation.pinned_at),
        "archived_at": _time(conversation.archived_at),
        "messages": [
            _message(m, keys, replies.get(m.pk, []), logs.get(m.pk), conversation.owner_id)
            for m in messages
            if m.deleted_at is None
        ],
        "summaries": [_summary(s) for s in summaries],
    }


def _keys_left(messages: list[Message]) -> dict[int | None, str | None]:
    """Message id → its key, or for a deleted message the key of the nearest above it that is left."""
    keys: dict[int | None, str | None] = {None: None}
    for message in messages:  # in order of creation: parents come before children
        keys[message.pk] = str(message.key) if message.deleted_at is None else keys.get(message.parent_id)
    return keys


def _message(
    message: Message,
    keys: dict[int | None, str | None],
    replies: list[Reply],
    log: Written | None,
    owner_id: int,
) -> dict[str, Any]:
    text, reasoning = message.text, message.reasoning
    if log is not None:
        text, reasoning = text + log.text, reasoning + log.reasoning
    source = message.copy_of
    if source is not None and (
        source.deleted_at or source.conversation.owner_id != owner_id or source.conversation.deleted_at
    ):
        source = None
    return {
        "key": str(message.key),
        "parent": keys.get(message.parent_id),
        "role": message.role,
        "text": text,
        "reasoning": reasoning,
        "weight": message.weight,
        "name": message.name,
        "copy_of": str(source.key) if source else None,
        "created": _time(message.created),
        "replies": [_reply(r) for r in replies],
    }


def _reply(reply: Reply) -> dict[str, Any]:
    told: dict[str, Any] = {"key": str(reply.key), "state": reply.state}
    told |= {name: getattr(reply, name) for name in REPLY_VALUES}
    told |= {name: _time(getattr(reply, name)) for name in REPLY_TIMES}
    if reply.is_unfinished:
        told |= {"state": Reply.State.INTERRUPTED, "error": CUT}
    return told


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "key": str(summary.key),
        "upto": str(summary.upto.key),
        "text": summary.text,
        "by_model": summary.by_model,
        "created": _time(summary.created),
    }


def _folder(folder: Folder) -> dict[str, Any]:
    return {
        "key": str(folder.key),
        "name": folder.name,
        "settings": folder.settings,
        "created": _time(folder.created),
    }


def _time(moment: datetime.datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
