"""The hand that writes: a random source and how freely it may choose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Pen:
    """``variety`` 0 always takes the first of its choices, 1 any of them."""

    rng: Random
    variety: float

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; the first ones are the likelier ones."""
        reach = max(1, math.ceil(len(options) * self.variety))
        return options[self.rng.randrange(reach)]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """``count`` different options in their order, fewer when there are fewer."""
        reach = max(count, math.ceil(len(options) * self.variety))
        chosen = self.rng.sample(range(min(reach, len(options))), min(count, len(options)))
        return [options[i] for i in sorted(chosen)]
