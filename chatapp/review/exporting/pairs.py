"""Preference pairs, in the form that OpenAI takes: to one question a better answer, and one that is worse.

A corrected answer is better than what it corrects. Of two answers to one question the better one is what reviewers
say; where they say nothing (or the same), what the member's thumbs say; else the one that the member went on with
after having asked again. Where none of these tells them apart there is no pair.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from chatapp.conversations.models import Message

from .chat_form import spoken
from .chats import Chat

_THUMB = {"up": 1, "down": -1}


def lines(chat: Chat) -> Iterator[dict[str, Any]]:
    shown = set(chat.bones.path(chat.conversation.leaf_id))
    siblings: dict[int | None, list[Message]] = {}
    for answer in chat.answers():
        siblings.setdefault(chat.bones.parents[answer.pk], []).append(answer)
        if answer.pk in chat.corrections and answer.text.strip():
            yield _line(chat, answer, chat.corrections[answer.pk], answer.text)
    for answers in siblings.values():
        for one, other in combinations(answers, 2):
            if pair := _better(chat, one, other, shown):
                better, worse = pair
                yield _line(chat, better, chat.words(better), worse.text)


def _better(chat: Chat, one: Message, other: Message, shown: set[int]) -> tuple[Message, Message] | None:
    if not one.text.strip() or not other.text.strip() or one.text == other.text:
        return None
    for evidence in (_scores, _thumbs, lambda _chat, answer: answer.pk in shown):
        first, second = evidence(chat, one), evidence(chat, other)
        if first is not None and second is not None and first != second:
            return (one, other) if first > second else (other, one)
    return None


def _scores(chat: Chat, answer: Message) -> float | None:
    return chat.worth(answer)


def _thumbs(chat: Chat, answer: Message) -> int:
    return _THUMB.get(chat.thumbs.get(answer.pk, ""), 0)


def _line(chat: Chat, answer: Message, better: str, worse: str) -> dict[str, Any]:
    path = chat.path(answer.pk)
    before = spoken(chat, path[:-1])
    told = chat.system_prompt(path)
    if told.strip():
        before = [{"role": "system", "content": told}, *(m for m in before if m["role"] != "system")]
    return {
        "input": {"messages": before},
        "preferred_output": [{"role": "assistant", "content": better}],
        "non_preferred_output": [{"role": "assistant", "content": worse}],
    }
