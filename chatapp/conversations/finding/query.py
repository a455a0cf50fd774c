"""What a person typed into the search box, read: words, phrases and filters. Any text is a query.

    leap year            both words, the last one may go on ("year" finds "years")
    "leap year"          these words side by side
    in:title tag:work    and the other filters below; what is no filter is a word like any other

A run of Chinese, Japanese or Korean signs is a phrase without quotes, and so is what punctuation holds together
(don't, settings.py).
"""

import datetime
import re
from dataclasses import dataclass, field

from django.utils import timezone

from .fold import fold, is_sign

MOST_CHARS = 300
MOST_TERMS = 12
MOST_WORDS = 40  # of one phrase
KINDS = ("pinned", "archived", "shared")

_PART = re.compile(
    r"""(?P<name>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))(?=\s|$)"""
    r"""|"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+)"""
)
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»＂"), '"')  # as phones and word processors write them
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand side by side; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(slots=True)
class Query:
    terms: list[Term] = field(default_factory=list)
    in_title: bool = False
    has_code: bool = False
    tags: list[str] = field(default_factory=list)  # folded
    before: datetime.datetime | None = None  # earlier than this
    after: datetime.datetime | None = None  # this or later
    kinds: set[str] = field(default_factory=set)  # of KINDS

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for: no word, no filter."""
        return not (self.terms or self.filters)

    @property
    def filters(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(self.in_title or self.has_code or self.tags or self.before or self.after or self.kinds)


def parse(text: str) -> Query:
    query = Query()
    last_is_open = False  # the last term is a word that may go on
    for part in _PART.finditer(text[:MOST_CHARS].translate(_QUOTES)):
        if part["name"] is not None:
            if _filter(query, part["name"].lower(), part["quoted"] or part["bare"] or ""):
                continue
            words, is_open = part[0], part["quoted"] is None
        elif part["phrase"] is not None:
            words, is_open = part["phrase"], False
        else:
            words, is_open = part["plain"], True
        found = tuple(fold(words).split()[:MOST_WORDS])
        if found and len(query.terms) < MOST_TERMS:
            query.terms.append(Term(found))
            last_is_open = is_open
    if last_is_open and _may_go_on(query.terms[-1].words[-1]):
        query.terms[-1] = Term(query.terms[-1].words, prefix=True)
    return query


def _may_go_on(word: str) -> bool:
    """One letter alone begins half of all words: it is taken as a word."""
    return len(word) > 1 and not is_sign(word[-1])


def _filter(query: Query, name: str, value: str) -> bool:
    """Take a filter in; whether it is one."""
    match name, value.lower():
        case "in", "title":
            query.in_title = True
        case "has", "code":
            query.has_code = True
        case "is", kind if kind in KINDS:
            query.kinds.add(kind)
        case "tag", _ if folded := fold(value):
            query.tags.append(folded)
        case "before", _ if moment := _moment(value):
            query.before = min(filter(None, (query.before, moment)))
        case "after", _ if moment := _moment(value):
            query.after = max(filter(None, (query.after, moment)))
        case _:
            return False
    return True


def _moment(value: str) -> datetime.datetime | None:
    """The first moment of a year, a month (2026-03) or a day, by the reader's clock."""
    found = _DATE.fullmatch(value)
    if not found:
        return None
    try:
        first = datetime.datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        return timezone.make_aware(first).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
