"""A conversation as one line in OpenAI's chat form: the branch shown, with corrected answers in the place of those
that they correct."""

from collections.abc import Iterator
from typing import Any

from chatapp.conversations.models import Message

from .chats import Chat


def lines(chat: Chat) -> Iterator[dict[str, Any]]:
    """One, or none if nothing was answered."""
    messages = spoken(chat, chat.path())
    while messages and messages[-1]["role"] != Message.Role.ASSISTANT:
        messages.pop()
    if messages:
        yield {"messages": messages}


def spoken(chat: Chat, path: list[Message]) -> list[dict[str, str]]:
    """What was said along a branch, after what the model had been told; without what was left empty."""
    said = [{"role": m.role, "content": words} for m in path if (words := chat.words(m)).strip()]
    told = chat.system_prompt(path)
    return [{"role": "system", "content": told}, *said] if told.strip() else said
