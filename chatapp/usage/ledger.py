"""Adds what was spent to the sums of a day."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

KEY = ("day", "member", "version", "ending")
AMOUNTS = ("calls", "prompt_tokens", "completion_tokens", "cached_tokens", "neurons", "cost")
_COLUMNS = (*KEY, *AMOUNTS)
_ADD = (
    f"INSERT INTO usage_dailyusage ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = usage_dailyusage.{name} + excluded.{name}" for name in AMOUNTS)
)


class Spent(NamedTuple):
    """One call of the model, or several alike together; the columns of DailyUsage."""

    day: datetime.date
    member: int
    version: int
    ending: str
    calls: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    neurons: float = 0.0
    cost: float = 0.0


def day_of(moment: datetime.datetime) -> datetime.date:
    """The team's day."""
    return moment.astimezone(ZoneInfo(settings.TEAM_TIME_ZONE)).date()


def add(spent: Iterable[Spent]) -> None:
    """Belongs at the end of the transaction that stores what it was spent on: so it counts once, or not at all.

    At the end, and in one order: whoever holds the row of a sum then waits for nothing but later sums, so that no
    two processes wait for each other.
    """
    sums: dict[tuple[datetime.date, int, int, str], list[float]] = {}
    for one in spent:
        row = sums.setdefault(one[:4], [0] * len(AMOUNTS))
        for n, amount in enumerate(one[4:]):
            row[n] += amount
    if not sums:
        return
    adapted = connection.ops.adapt_datefield_value
    rows = [[adapted(key[0]), *key[1:], *sums[key]] for key in sorted(sums)]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
