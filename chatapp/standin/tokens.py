"""Text cut into pieces of about a token's size, and the estimate of how many tokens a text has."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

# Like the real vocabulary in what matters to a client: words carry their leading space, digits do not.
_PIECE = re.compile(r" ?[^\W\d_]{1,9}|\d{1,3}|\s+|[^\w\s]{1,3}|.", re.S)


def split(text: str) -> list[str]:
    """Pieces whose concatenation is ``text``."""
    return _PIECE.findall(text)


def estimate(text: str) -> int:
    """Tokens of a text: a quarter of its ASCII characters and three quarters of the others, at least 1."""
    ascii_count = len(text.encode("ascii", "ignore"))
    return max(1, round(ascii_count / 4 + (len(text) - ascii_count) * 0.75))


class Stamps:
    """``count`` tokens, each made when it is taken: ``t<time.monotonic_ns()> ``, strictly growing.

    The clock is the machine's (CLOCK_MONOTONIC), so a reader in another process can subtract.
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        last = 0
        for _ in range(self._count):
            last = max(last + 1, time.monotonic_ns())
            yield f"t{last} "
