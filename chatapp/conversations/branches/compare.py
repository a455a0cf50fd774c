"""Two branches beside each other: what they share, where they part, and what differs."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from ..branch import skeleton
from ..models import Conversation, Message

# Beyond this many words a text is shown without marks: comparing costs the square of it.
MOST_WORDS = 4000
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a comparison; `kind` is same, gone (only in the first) or new (only in the second)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Parted:
    """`shared` messages lead to both; then each branch has its own."""

    shared: int
    parting: Message | None  # the last that both have
    left: list[Message]
    right: list[Message]


def part(conversation: Conversation, left: Message, right: Message) -> Parted:
    """The branches that end at `left` and `right`, root first, cut at the last message they share."""
    bones = skeleton(conversation)
    paths = [bones.path(left.pk), bones.path(right.pk)]
    shared = 0
    for one, other in zip(*paths, strict=False):
        if one != other:
            break
        shared += 1
    rows = Message.objects.in_bulk(
        {*paths[0][shared:], *paths[1][shared:], *paths[0][max(shared - 1, 0) : shared]}
    )
    return Parted(
        shared,
        rows[paths[0][shared - 1]] if shared else None,
        [rows[i] for i in paths[0][shared:]],
        [rows[i] for i in paths[1][shared:]],
    )


def differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """The pieces of each text, word by word."""
    words: tuple[list[str], list[str]] = _WORD.findall(left), _WORD.findall(right)
    if max(map(len, words)) > MOST_WORDS:
        same = left == right
        return [Piece("same" if same else "gone", left)], [Piece("same" if same else "new", right)]
    gone: list[Piece] = []
    new: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, words[0], words[1], autojunk=False)
    for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        before, after = "".join(words[0][left_from:left_to]), "".join(words[1][right_from:right_to])
        if before:
            gone.append(Piece("same" if tag == "equal" else "gone", before))
        if after:
            new.append(Piece("same" if tag == "equal" else "new", after))
    return gone, new


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    left: str
    right: str


def settings_that_differ(left: dict[str, Any], right: dict[str, Any]) -> list[Setting]:
    """The names whose values are not the same, in the order of the first, then of the second."""
    names = [*left, *(name for name in right if name not in left)]
    return [Setting(n, left.get(n, ""), right.get(n, "")) for n in names if left.get(n) != right.get(n)]
