"""What a version of a prompt did: its answers, what members thought of them and did with them, what they cost.

Shares come with the interval in which they lie with 95 % certainty (Wilson's), so that three answers do not look
like three hundred. Answers that editors asked for to try a version are not among them (conversations/receipt.py).
"""

import datetime
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from chatapp.conversations.continue_answer import CUT
from chatapp.conversations.models import Message, Reply
from chatapp.prompts.models import Version

from .models import Rating, Signal

FEW = 20  # of fewer cases no share is told apart from another
SAMPLE = 2000  # answers, the newest, of which the median waiting time is taken
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`."""

    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95 % certainty, as far as these cases tell."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.share
        middle = p + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        below = 1 + _Z**2 / n
        return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)

    @property
    def are_few(self) -> bool:
        return self.of < FEW

    def differs_from(self, other: "Share") -> bool:
        """Whether the intervals do not meet: then chance is no explanation."""
        return self.interval[1] < other.interval[0] or other.interval[1] < self.interval[0]


@dataclass(frozen=True, slots=True)
class Figures:
    version: Version
    answers: int
    conversations: int
    thumbs_up: Share  # of the thumbs given
    regenerated: Share  # of the answers, as all that follow
    stopped: Share
    edited: Share  # the question was changed afterwards
    empty: Share
    cut: Share
    failed: Share
    tokens_in: float | None  # on average
    tokens_out: float | None
    cost: float  # US dollars, of all together
    first_token: float | None  # seconds, the median
    days: dict[datetime.date, int] = field(default_factory=dict)  # answers

    @property
    def cost_each(self) -> float | None:
        return self.cost / self.answers if self.answers else None


def figures(
    versions: Iterable[Version], since: datetime.datetime | None = None, until: datetime.datetime | None = None
) -> list[Figures]:
    """Of each version, of answers asked for from `since` on and before `until`."""
    return [_figures(version, _answers(version, since, until)) for version in versions]


def _answers(
    version: Version, since: datetime.datetime | None, until: datetime.datetime | None
) -> QuerySet[Reply]:
    rows = Reply.objects.filter(prompt_version=version, ended_at__isnull=False)
    if since is not None:
        rows = rows.filter(created__gte=since)
    return rows.filter(created__lt=until) if until is not None else rows


def _figures(version: Version, rows: QuerySet[Reply]) -> Figures:
    def signalled(kind: str) -> Exists:
        return Exists(Signal.objects.filter(reply=OuterRef("pk"), kind=kind))

    edits = Signal.objects.filter(kind=Signal.Kind.EDIT)
    changed = Exists(edits.filter(message=OuterRef("message__parent")))
    counts: dict[str, Any] = rows.annotate(
        is_regenerated=signalled(Signal.Kind.REGENERATE),
        is_edited=changed,
    ).aggregate(
        answers=Count("pk"),
        conversations=Count("conversation", distinct=True),
        regenerated=Count("pk", filter=Q(is_regenerated=True)),
        edited=Count("pk", filter=Q(is_edited=True)),
        stopped=Count("pk", filter=Q(state=Reply.State.STOPPED)),
        cut=Count("pk", filter=Q(finish_reason__in=CUT) | Q(state=Reply.State.INTERRUPTED)),
        failed=Count("pk", filter=Q(state=Reply.State.FAILED)),
        empty=Count("pk", filter=Q(state=Reply.State.COMPLETE, message__text="")),
        tokens_in=Avg("prompt_tokens"),
        tokens_out=Avg("completion_tokens"),
        cost=Sum("cost"),
    )
    # An answer that was gone on with has several runs, and one thumb.
    rated = Rating.objects.filter(message__in=Message.objects.filter(replies__in=rows)).order_by()
    thumbs = dict(rated.values("thumb").annotate(n=Count("pk")).values_list("thumb", "n"))
    up, down = thumbs.get(Rating.Thumb.UP, 0), thumbs.get(Rating.Thumb.DOWN, 0)
    by_day = rows.order_by().annotate(day=TruncDate("created")).values("day").annotate(n=Count("pk"))
    answers = counts["answers"]
    return Figures(
        version=version,
        answers=answers,
        conversations=counts["conversations"],
        thumbs_up=Share(up, up + down),
        **{
            name: Share(counts[name], answers)
            for name in ("regenerated", "stopped", "edited", "empty", "cut", "failed")
        },
        tokens_in=counts["tokens_in"],
        tokens_out=counts["tokens_out"],
        cost=counts["cost"] or 0.0,
        first_token=_median_wait(rows),
        days=dict(by_day.order_by("day").values_list("day", "n")),
    )


def _median_wait(rows: QuerySet[Reply]) -> float | None:
    moments = rows.filter(first_token_at__isnull=False, started_at__isnull=False).order_by("-created")
    pairs = moments.values_list("started_at", "first_token_at")[:SAMPLE]
    waits = [(first - start).total_seconds() for start, first in pairs if start and first]
    return statistics.median(waits) if waits else None
