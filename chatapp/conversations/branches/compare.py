"""Two branches beside each other: what they share, where they part, and what differs."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ..branch import skeleton
from ..models import Conversation, Message

# How much a whole comparison may cost: pairs of equal words, over all its texts. In the worst case each is looked
# at many times, while everything else in the process waits. Two answers of 1,000 words have some 10,000.
MOST_PAIRS = 150_000
_WORD = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")


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


class Marker:
    """Marks what differs in pairs of texts, as long as its budget lasts; then texts are given without marks."""

    def __init__(self) -> None:
        self._left = MOST_PAIRS

    def differences(self, left: str, right: str) -> tuple[list[Piece], list[Piece]]:
        """The pieces of each text, word by word."""
        words: tuple[list[str], list[str]] = _WORD.findall(left), _WORD.findall(right)
        counts = Counter(words[0]), Counter(words[1])
        self._left -= sum(count * counts[1][word] for word, count in counts[0].items())
        if left == right or self._left < 0:
            return _whole("same" if left == right else "gone", left), _whole(
                "same" if left == right else "new", right
            )
        gone: list[Piece] = []
        new: list[Piece] = []
        matcher = difflib.SequenceMatcher(None, words[0], words[1])
        for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
            gone += _whole("same" if tag == "equal" else "gone", "".join(words[0][left_from:left_to]))
            new += _whole("same" if tag == "equal" else "new", "".join(words[1][right_from:right_to]))
        return gone, new

    def together(self, left: str, right: str) -> list[Piece]:
        """The pieces of both as one text: what is gone stands before what came in its place."""
        gone, new = self.differences(left, right)
        pieces: list[Piece] = []
        while gone or new:
            while gone and gone[0].kind == "gone":
                pieces.append(gone.pop(0))
            while new and new[0].kind == "new":
                pieces.append(new.pop(0))
            if gone and new:
                pieces.append(gone.pop(0))
                new.pop(0)
        return pieces


def _whole(kind: str, text: str) -> list[Piece]:
    return [Piece(kind, text)] if text else []


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    left: str
    right: str


def settings_that_differ(left: dict[str, Any], right: dict[str, Any]) -> list[Setting]:
    """The names whose values are not the same, in the order of the first, then of the second."""
    names = [*left, *(name for name in right if name not in left)]
    return [Setting(n, left.get(n, ""), right.get(n, "")) for n in names if left.get(n) != right.get(n)]
