"""What is asked of the list: from the fields of an address, and to them again, in one spelling.

Values that make no sense are left out, so that any address shows a list. A filter that is about answers asks for
conversations in which at least one answer is so.
"""

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chatapp.conversations.finding.fold import fold
from chatapp.conversations.models import Conversation, Reply, Tag

from .models import Facts, Mark
from .pseudonyms import behind
from .scope import Scope

ENDS = ("complete", "length", "content_filter", "stopped", "interrupted", "failed")
THUMBS = ("up", "down", "any", "none")
SIGNALS = ("regenerated", "stopped", "edited", "copied")
REVIEWED = {"no": Facts.Reviewed.NO, "yes": Facts.Reviewed.YES, "changed": Facts.Reviewed.CHANGED}
_MARK_OF_END = {
    "complete": "state:complete",
    "stopped": f"state:{Reply.State.STOPPED}",
    "interrupted": f"state:{Reply.State.INTERRUPTED}",
    "failed": f"state:{Reply.State.FAILED}",
    "length": "end:length",
    "content_filter": "end:content_filter",
}


_THUMBED = {
    "up": Q(up__gt=0),
    "down": Q(down__gt=0),
    "any": Q(up__gt=0) | Q(down__gt=0),
    "none": Q(up=0, down=0),
}


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value < 1e15 else None


def _one_of(*known: str) -> Callable[[str], str | None]:
    return lambda text: text if text in known else None


def _words(most: int) -> Callable[[str], str | None]:
    return lambda text: text.replace("\x00", "").strip()[:most] or None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


# How each field of an address is read; None is "makes no sense".
_READ: dict[str, Callable[[str], Any]] = {
    "since": _date,
    "until": _date,
    "member": _words(20),
    "version": _id,
    "thumb": _one_of(*THUMBS),
    "signal": _one_of(*SIGNALS),
    "end": _one_of(*ENDS),
    "error": _words(60),
    "tokens_from": _number,
    "tokens_to": _number,
    "cost_from": _number,
    "cost_to": _number,
    "wait_from": _number,
    "wait_to": _number,
    "tag": _words(40),
    "label": _words(40),
    "option": _id,
    "reviewed": _one_of(*REVIEWED),
}


@dataclass(frozen=True, slots=True)
class Filter:
    since: datetime.date | None = None
    until: datetime.date | None = None  # this day, too
    member: str | None = None  # a pseudonym
    version: int | None = None
    thumb: str | None = None
    signal: str | None = None
    end: str | None = None
    error: str | None = None  # a code, or "any"
    tokens_from: float | None = None
    tokens_to: float | None = None
    cost_from: float | None = None
    cost_to: float | None = None
    wait_from: float | None = None  # seconds to the first token
    wait_to: float | None = None
    tag: str | None = None
    label: str | None = None
    option: int | None = None
    reviewed: str | None = None

    @property
    def asked(self) -> dict[str, str]:
        """The fields that are filled in, as an address has them."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: _written(value) for name, value in values.items() if value is not None}

    @property
    def query(self) -> str:
        return urlencode(self.asked)

    def without(self, name: str) -> "Filter":
        return replace(self, **{name: None})


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def read(given: Mapping[str, str]) -> Filter:
    """From the fields of an address or a form."""
    found = {name: read_it(text) for name, read_it in _READ.items() if (text := given.get(name, "").strip())}
    return Filter(**found)


def apply(wanted: Filter, scope: Scope) -> QuerySet[Facts]:
    """The facts of the conversations in the scope that are so, in no order."""
    rows = Facts.objects.filter(scope.of_owner())
    for condition in _conditions(wanted, scope):
        rows = rows.filter(condition)
    return rows


def _conditions(wanted: Filter, scope: Scope) -> list[Any]:
    found: list[Any] = []
    if wanted.since:
        found.append(Q(moment__gte=_midnight(wanted.since)))
    if wanted.until and wanted.until < datetime.date.max:
        found.append(Q(moment__lt=_midnight(wanted.until + datetime.timedelta(days=1))))
    if wanted.member:
        found.append(Q(owner__in=behind(scope.reviewer_id, wanted.member, scope.members())))
    if wanted.thumb:
        found.append(_THUMBED[wanted.thumb])
    if wanted.signal:
        found.append(Q(**{f"{wanted.signal}__gt": 0}))
    marks = [_MARK_OF_END[wanted.end]] if wanted.end else []
    marks += [f"version:{wanted.version}"] if wanted.version is not None else []
    marks += [f"error:{wanted.error}"] if wanted.error and wanted.error != "any" else []
    found += [Q(marks__contains=f" {mark} ") for mark in marks]
    if wanted.error == "any":
        found.append(Q(marks__contains=" error:"))
    found += _between("tokens", wanted.tokens_from, wanted.tokens_to)
    found += _between("cost", wanted.cost_from, wanted.cost_to)
    found += _between("first_token_ms", wanted.wait_from, wanted.wait_to, 1000)
    if wanted.tag:
        found.append(Q(conversation__in=_tagged(wanted.tag, scope)))
    standing = Mark.objects.standing().filter(conversation=OuterRef("conversation"))
    if wanted.label:
        found.append(Exists(standing.filter(kind=Mark.Kind.LABEL, text=wanted.label)))
    if wanted.option is not None:
        found.append(Exists(standing.filter(kind=Mark.Kind.SCORE, option_id=wanted.option)))
    if wanted.reviewed:
        found.append(Q(reviewed=REVIEWED[wanted.reviewed]))
    return found


def _between(column: str, least: float | None, most: float | None, times: int = 1) -> list[Q]:
    found = []
    if least is not None:
        found.append(Q(**{f"{column}__gte": least * times}))
    if most is not None:
        found.append(Q(**{f"{column}__lte": most * times}))
    return found


def _tagged(name: str, scope: Scope) -> QuerySet[Any]:
    """Ids of conversations with a tag of this name: members have their own tags, the name is what they share.

    The databases do not agree on the case of letters beyond ASCII, so names are compared here.
    """
    known = Tag.objects.filter(scope.of_owner()).values_list("name", flat=True).distinct()
    names = [one for one in known if fold(one) == fold(name)]
    return Conversation.objects.filter(scope.of_owner(), tags__name__in=names).values("pk")


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=timezone.get_current_timezone())
