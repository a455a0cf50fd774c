"""What the parts of a demonstration share."""

import datetime
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from chatapp.accounts.models import Group, User

if TYPE_CHECKING:
    from .prompts import InUse

DOMAIN = "demo.example"


@dataclass(slots=True)
class Story:
    """The same seed, size and end tell the same story, passwords excepted."""

    seed: int
    messages: int  # about so many
    end: datetime.datetime
    days: int
    say: Callable[[str], None]
    rng: random.Random = field(init=False)
    people: list[User] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)  # e-mail address → password
    groups: dict[str, Group] = field(default_factory=dict)
    prompts: list["InUse"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 (chance that can be repeated is the point)

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    @contextmanager
    def clock(self, moment: datetime.datetime) -> Iterator[None]:
        """Deeds that are done within are done at this moment, and the audit log says so."""
        real = timezone.now
        timezone.now = lambda: moment  # type: ignore[assignment]
        try:
            yield
        finally:
            timezone.now = real  # type: ignore[assignment]

    def moment(self, share: float) -> datetime.datetime:
        """When so much of the days had passed: 0 to 1."""
        return self.end - datetime.timedelta(days=self.days * (1 - share))

    def starts(self, count: int) -> list[datetime.datetime]:
        """So many moments at which somebody begins to work, in order: more and more, on weekdays, by day."""
        first = (self.end - datetime.timedelta(days=self.days)).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [first + datetime.timedelta(days=n) for n in range(self.days)]
        weights = [(0.3 + n / self.days) * (1.0 if day.weekday() < 5 else 0.1) for n, day in enumerate(days)]
        chosen = self.rng.choices(days, weights, k=count)
        moments = [day + datetime.timedelta(hours=self._hour()) for day in chosen]
        return sorted(min(moment, self.end - datetime.timedelta(hours=2)) for moment in moments)

    def _hour(self) -> float:
        hour = self.rng.gauss(*self.rng.choice(((10.2, 1.3), (14.6, 1.6))))
        return min(max(hour, 6.5), 20.5)
