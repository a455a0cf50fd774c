"""Which conversations of a file are here already, and which keys are taken."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID, uuid4, uuid5

from chatapp.conversations.models import Conversation, Message, Reply, Summary

from .chat import Chat

Place = Literal["here", "trash"]


def already(owner_id: int, chats: Sequence[Chat]) -> dict[str, Place]:
    """identity → where it is, for those that `owner` has. What another import is writing now is not looked for:
    there is one at a time."""
    origins = {o: c.identity for c in chats for o in (c.identity, c.origin) if o}
    keys = {c.key: c.identity for c in chats}
    mine = Conversation.objects.filter(owner_id=owner_id)
    rows = [
        *mine.filter(origin__in=list(origins)).values_list("origin", "deleted_at"),
        *mine.filter(key__in=list(keys)).values_list("key", "deleted_at"),
    ]
    found: dict[str, Place] = {}
    for name, deleted_at in rows:
        identity = keys[name] if isinstance(name, UUID) else origins[str(name)]
        found[identity] = "trash" if deleted_at else "here"
    return found


def with_free_keys(owner_id: int, chats: Sequence[Chat]) -> dict[UUID, UUID]:
    """Gives new keys, everywhere, to the chats of which any is taken: another member has the same conversation.

    Returns old key → new key of the messages that got one. The same owner gets the same new keys again, so that
    references from chat to chat lead somewhere.
    """
    taken = _taken([key for chat in chats for key in _keys(chat)])
    changed: dict[UUID, UUID] = {}
    for chat in chats:
        keys = _keys(chat)
        if not taken.isdisjoint(keys):
            changed |= _renew(chat, owner_id, taken)
        taken.update(_keys(chat))
    return changed


def _keys(chat: Chat) -> list[UUID]:
    return [
        chat.key,
        *(said.key for said in chat.messages),
        *(run["key"] for said in chat.messages for run in said.replies),
        *(summary["key"] for summary in chat.summaries),
    ]


def _taken(keys: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        for model in (Conversation, Message, Reply, Summary):
            found.update(model._default_manager.filter(key__in=part).values_list("key", flat=True))
    return found


def _renew(chat: Chat, owner_id: int, taken: set[UUID]) -> dict[UUID, UUID]:
    old = _keys(chat)
    new = {key: uuid5(key, str(owner_id)) for key in old}
    if not taken.isdisjoint(new.values()) or _taken(list(new.values())):
        new = {key: uuid4() for key in old}
    # By what it is known when it comes again.
    chat.origin = chat.identity
    chat.key = new[chat.key]
    for said in chat.messages:
        said.key = new[said.key]
        for run in said.replies:
            run["key"] = new[run["key"]]
            _follow(run, new)
    for summary in chat.summaries:
        summary["key"] = new[summary["key"]]
    return new


def _follow(run: dict, new: dict[UUID, UUID]) -> None:
    """Let the receipt point at the messages' new keys."""
    run["left_out"] = [str(new.get(UUID(key), key)) for key in run.get("left_out", [])]
    for message in (run.get("sent") or {}).get("messages", []):
        if "ref" in message:
            message["ref"] = str(new.get(UUID(message["ref"]), message["ref"]))
