"""Charts as SVG, drawn by the server: places and lengths here, looks in static/css/charts.css.

Each stands beside a table with the same figures, so a chart is hidden from those to whom the table is read.
"""

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html_join

WIDTH = 640


@dataclass(frozen=True, slots=True)
class Dot:
    """A share with its interval, on a line from 0 to 100 %."""

    label: str
    words: str  # written at the end
    x: float
    low: float
    high: float
    y: float
    are_few: bool
    series: int = 0


@dataclass(frozen=True, slots=True)
class Dots:
    height: float
    left: float  # where 0 % stands
    right: float
    ticks: list[tuple[float, str]]
    dots: list[Dot]


def dots(rows: Sequence[tuple[str, float, tuple[float, float], str, bool]]) -> Dots:
    """(label, share, interval, words, whether they are few) of each line."""
    left, right, step = 150.0, WIDTH - 130.0, 30.0
    span = right - left
    made = [
        Dot(label, words, left + share * span, left + low * span, left + high * span, 20 + n * step, few, n)
        for n, (label, share, (low, high), words, few) in enumerate(rows)
    ]
    ticks = [(left + share * span, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)]
    return Dots(20 + len(made) * step + 14, left, right, ticks, made)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts by day from zero, one colour for each series, on top of each other."""

    height: float
    base: float
    left: float
    right: float
    bars: list[Bar] = field(default_factory=list)
    ticks: list[tuple[float, str]] = field(default_factory=list)  # y, words
    days: list[tuple[float, str, str]] = field(default_factory=list)  # x, words, anchor

    @property
    def drawn(self) -> str:
        """The bars as markup: there may be hundreds, and a template takes its time for each."""
        return format_html_join(
            "",
            '<rect class="bar series-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
            (
                (bar.series, f"{bar.x:.2f}", f"{bar.y:.2f}", f"{bar.width:.2f}", f"{bar.height:.2f}", bar.words)
                for bar in self.bars
            ),
        )


def stacked_days(
    series: Sequence[tuple[str, Mapping[datetime.date, float]]],
    first: datetime.date,
    last: datetime.date,
    *,
    every: int = 1,
    written: Callable[[float], str] = "{:,.0f}".format,
) -> Bars:
    """every: days in one bar; the amounts stand at the first of them. written: an amount in words."""
    days = [first + datetime.timedelta(days=n) for n in range(0, (last - first).days + 1, every)]
    count = len(days)
    most = max((sum(by_day.get(day, 0) for _name, by_day in series) for day in days), default=0)
    top = _round_up(most)
    left, right, height, base = 44.0, float(WIDTH), 180.0, 156.0
    room, step = base - 12, (right - left) / count
    bars: list[Bar] = []
    for n, day in enumerate(days):
        y = base
        for number, (name, by_day) in enumerate(series):
            if amount := by_day.get(day, 0):
                size = amount / top * room
                y -= size
                width = max(step - (2 if step > 6 else 0), 1.0)
                bars.append(
                    Bar(left + n * step, y, width, size, number, f"{name}, {day.isoformat()}: {written(amount)}")
                )
    ticks = [(base - share * room, written(top * share)) for share in ((0, 0.5, 1) if top != 1 else (0, 1))]
    named = (
        [(left, first.isoformat(), "start"), (right, last.isoformat(), "end")]
        if count > 1
        else [(left, first.isoformat(), "start")]
    )
    return Bars(height, base, left, right, bars, ticks, named)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Amounts of things, one line for each, from the same left edge."""

    height: float
    left: float
    bars: list[tuple[str, str, float, float]]  # label, words, y, width


LONGEST_LABEL = 21  # characters that fit on the left


def ranked(rows: Sequence[tuple[str, float, str]]) -> Ranked:
    """(label, amount, words) of each line, in their order."""
    left, room, step = 160.0, WIDTH - 160.0 - 110.0, 28.0
    most = max((amount for _label, amount, _words in rows), default=0) or 1
    bars = []
    for n, (label, amount, words) in enumerate(rows):
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        bars.append((short, words, 16 + n * step, max(amount / most * room, 1.0 if amount else 0.0)))
    return Ranked(len(bars) * step + 8, left, bars)


def _round_up(most: float) -> float:
    """The next 1, 2, 4, 10, 20, 40, 100 …: even, so that its half is whole. Below 1: 0.4, 0.2, 0.1 …"""
    size = 1.0 if most >= 1 or most <= 0 else 10.0 ** math.floor(math.log10(most))
    while True:
        for step in (1, 2, 4):
            if size * step >= most:
                return size * step
        size *= 10
