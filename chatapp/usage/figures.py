"""The sums of a time: of all, and by day, by member, by version of a prompt."""

import datetime
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import connection

from . import endings


@dataclass(slots=True)
class Sums:
    answers: int = 0  # runs of the model: a second try is a second answer
    stopped: int = 0
    cut: int = 0
    empty: int = 0
    errors: int = 0
    summaries: int = 0  # calls that wrote one; their tokens and cost are in the sums
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    neurons: float = 0.0
    cost: float = 0.0

    def add(self, other: "Sums") -> None:
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def fine(self) -> int:
        """Answers that were neither empty nor cut nor an error."""
        return self.answers - self.cut - self.empty - self.errors


def _calls(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN calls ELSE 0 END)"


def _is(ending: str) -> str:
    return f"ending = '{ending}'"


# What each field of Sums is, in their order.
_SUMS = ", ".join(
    (
        _calls(f"NOT {_is(endings.SUMMARY)}"),
        _calls(_is(endings.STOPPED)),
        _calls(_is(endings.CUT)),
        _calls(_is(endings.EMPTY)),
        _calls("ending NOT IN (" + ", ".join(f"'{one}'" for one in endings.NO_ERROR) + ")"),
        _calls(_is(endings.SUMMARY)),
        *(f"SUM({name})" for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "neurons", "cost")),
    )
)
_NAMES = tuple(one.name for one in fields(Sums))


@dataclass(slots=True)
class Figures:
    total: Sums = field(default_factory=Sums)
    days: dict[datetime.date, Sums] = field(default_factory=dict)
    members: dict[int, Sums] = field(default_factory=dict)
    versions: dict[int, Sums] = field(default_factory=dict)  # 0: without a prompt of the team
    errors: dict[str, int] = field(default_factory=dict)  # by family, the most first


def figures(first: datetime.date, last: datetime.date) -> Figures:
    """Of the days from `first` to `last`, both included."""
    found = Figures()
    # Twice over the same rows: in the order of the key, and gathered by what is behind the day in it.
    for day, *row in _rows("day", first, last):
        sums = Sums(*row)
        found.days[_date(day)] = sums
        found.total.add(sums)
    for member, version, *row in _rows("member, version", first, last):
        sums = Sums(*row)
        found.members.setdefault(member, Sums()).add(sums)
        found.versions.setdefault(version, Sums()).add(sums)
    found.errors = _errors(first, last)
    return found


def begin() -> datetime.date | None:
    """The first day of which something is known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(day) FROM usage_dailyusage")
        day = cursor.fetchone()[0]
    return _date(day) if day is not None else None


def _rows(by: str, first: datetime.date, last: datetime.date) -> list[tuple[Any, ...]]:
    """In the order of the fields of Sums, after the columns of `by`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, {_SUMS} FROM usage_dailyusage WHERE day BETWEEN %s AND %s GROUP BY {by}",  # noqa: S608
            _between(first, last),
        )
        rows = cursor.fetchall()
    key = by.count(",") + 1
    # PostgreSQL sums whole numbers to decimals; neurons and cost are none.
    return [(*row[:key], *map(int, row[key:-2]), *row[-2:]) for row in rows]


def _errors(first: datetime.date, last: datetime.date) -> dict[str, int]:
    marks = ", ".join(["%s"] * len(endings.NO_ERROR))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ending, SUM(calls) FROM usage_dailyusage WHERE day BETWEEN %s AND %s"  # noqa: S608
            f" AND ending NOT IN ({marks}) GROUP BY ending",
            [*_between(first, last), *endings.NO_ERROR],
        )
        return dict(sorted(((e, int(n)) for e, n in cursor.fetchall()), key=lambda pair: (-pair[1], pair[0])))


def _between(first: datetime.date, last: datetime.date) -> list[str | datetime.date | None]:
    adapted = connection.ops.adapt_datefield_value
    return [adapted(first), adapted(last)]


def _date(value: datetime.date | str) -> datetime.date:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
