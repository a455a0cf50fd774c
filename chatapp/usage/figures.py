"""The sums of a time: of all, and by day, by member, by version of a prompt."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from . import endings
from .ledger import AMOUNTS


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
        self.answers += other.answers
        self.stopped += other.stopped
        self.cut += other.cut
        self.empty += other.empty
        self.errors += other.errors
        self.summaries += other.summaries
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out
        self.cached += other.cached
        self.neurons += other.neurons
        self.cost += other.cost

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def fine(self) -> int:
        """Answers that were neither empty nor cut nor an error."""
        return self.answers - self.cut - self.empty - self.errors


_AMOUNTS = ", ".join(f"SUM({name})" for name in AMOUNTS)


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
    errors: dict[str, int] = {}
    for (day,), sums in _sums("day", first, last, errors).items():
        found.days[_date(day)] = sums
        found.total.add(sums)
    for (member, version), sums in _sums("member, version", first, last, {}).items():
        found.members.setdefault(member, Sums()).add(sums)
        found.versions.setdefault(version, Sums()).add(sums)
    found.errors = dict(sorted(errors.items(), key=lambda pair: (-pair[1], pair[0])))
    return found


def begin() -> datetime.date | None:
    """The first day of which something is known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(day) FROM usage_dailyusage")
        day = cursor.fetchone()[0]
    return _date(day) if day is not None else None


def _sums(
    by: str, first: datetime.date, last: datetime.date, errors: dict[str, int]
) -> dict[tuple[Any, ...], Sums]:
    """By the columns `by`; adds what is an error to `errors`.

    In two statements, each of which does little with a row: nearly all rows are of complete answers, and the
    second passes over them in the index.
    """
    keys = by.count(",") + 1
    between = "FROM usage_dailyusage WHERE day BETWEEN %s AND %s"
    found: dict[tuple[Any, ...], Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {by}, {_AMOUNTS} {between} GROUP BY {by}", _between(first, last))
        for row in cursor.fetchall():
            # PostgreSQL sums whole numbers to decimals; neurons and cost are none.
            calls, tokens_in, tokens_out, cached = map(int, row[keys:-2])
            found[row[:keys]] = Sums(calls, 0, 0, 0, 0, 0, tokens_in, tokens_out, cached, *row[-2:])
        cursor.execute(
            f"SELECT {by}, ending, SUM(calls) {between} AND ending <> %s GROUP BY {by}, ending",
            [*_between(first, last), endings.COMPLETE],
        )
        for *key, ending, calls in cursor.fetchall():
            _told_apart(found[tuple(key)], ending, int(calls), errors)
    return found


def _told_apart(sums: Sums, ending: str, calls: int, errors: dict[str, int]) -> None:
    if ending == endings.SUMMARY:
        sums.answers -= calls
        sums.summaries += calls
    elif ending == endings.STOPPED:
        sums.stopped += calls
    elif ending == endings.CUT:
        sums.cut += calls
    elif ending == endings.EMPTY:
        sums.empty += calls
    elif ending not in endings.FINE:
        sums.errors += calls
        errors[ending] = errors.get(ending, 0) + calls


def _between(first: datetime.date, last: datetime.date) -> list[str | datetime.date | None]:
    adapted = connection.ops.adapt_datefield_value
    return [adapted(first), adapted(last)]


def _date(value: datetime.date | str) -> datetime.date:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
