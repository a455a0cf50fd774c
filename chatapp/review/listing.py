"""The list: newest first, paged by key, from the facts alone. No word of a conversation is read here."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from chatapp.conversations.finding.query import parse
from chatapp.conversations.finding.saying import conversations_saying, few_saying
from chatapp.conversations.listing import cursor as places

from . import filters
from .facts import reviewable
from .models import Facts, Look
from .pseudonyms import pseudonym
from .scope import Scope

PAGE = 40
MOST_COUNTED = 1000  # of the results of a search; of everything else all are counted
# Up to so many messages with the words of a search are looked up first. With more of them the list is walked by
# time, and they come soon; looking for few in that way, PostgreSQL would walk all of it. SQLite takes
# 32,766 parameters.
FEW_TO_COUNT = 30_000
FEW_TO_STEP = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at: a filter, within a scope, and within the results of a search if there is one."""

    scope: Scope
    wanted: filters.Filter
    look: Look | None = None

    @property
    def query(self) -> str:
        """Of the address that shows it."""
        parts = [self.wanted.query, f"look={self.look.key}" if self.look else ""]
        return "&".join(part for part in parts if part)

    def rows(self, few: int = 0) -> QuerySet[Facts]:
        """few: up to so many messages with the words are looked up first, with a query of its own."""
        found = filters.apply(self.wanted, self.scope)
        if self.look is None:
            return found
        if self.look.member_id:
            found = found.filter(owner=self.look.member_id)
        if self.look.words:
            query = parse(self.look.words)
            said = few_saying(query, few) if few else None
            if said is None:
                found = found.filter(conversation__in=RawSQL(*conversations_saying(query)))  # noqa: S611
            else:
                found = found.filter(conversation__in=said)
        return found


@dataclass(frozen=True, slots=True)
class Row:
    key: UUID
    id: int
    owner_id: int
    pseudonym: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    reviewed: int
    more: bool = False  # there are more than were counted


def page(selection: Selection, cursor: str = "", size: int = PAGE) -> tuple[list[Row], str]:
    """`size` rows after `cursor` ("" for the newest), and the next cursor or ""."""
    rows = _readable(selection.rows())
    if after := places.read(cursor):
        rows = rows.filter(_after(*after))
    found = list(rows.order_by("-moment", "-conversation_id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    next_cursor = places.write(last.moment, last.conversation_id) if last else ""
    return [_row(one, selection.scope) for one in found[:size]], next_cursor


def counts(selection: Selection) -> Counts:
    """How many there are, and how many of them are reviewed."""
    rows = selection.rows(few=FEW_TO_COUNT)
    if selection.look is not None and selection.look.words:
        states = list(rows.values_list("reviewed", flat=True)[: MOST_COUNTED + 1])
        done = sum(state == Facts.Reviewed.YES for state in states[:MOST_COUNTED])
        return Counts(min(len(states), MOST_COUNTED), done, len(states) > MOST_COUNTED)
    found = rows.order_by().aggregate(
        total=Count("pk"),
        reviewed=Count(Case(When(reviewed=Facts.Reviewed.YES, then=Value(1)), output_field=IntegerField())),
    )
    return Counts(found["total"], found["reviewed"])


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: UUID | None
    next: UUID | None


def neighbours(selection: Selection, conversation_id: int, moment: datetime.datetime) -> Neighbours:
    """The conversations before and after a place in the list, whether or not one stands there (any more)."""
    rows = _readable(selection.rows(few=FEW_TO_STEP)).exclude(conversation_id=conversation_id)
    newer = rows.filter(_before(moment, conversation_id)).order_by("moment", "conversation_id")
    older = rows.filter(_after(moment, conversation_id)).order_by("-moment", "-conversation_id")
    keys = [one.values_list("conversation__key", flat=True).first() for one in (newer, older)]
    return Neighbours(*keys)


def row(scope: Scope, key: UUID) -> Row | None:
    """One conversation's row; None if it is not in the scope, or its facts are not made yet."""
    found = _readable(Facts.objects.filter(scope.of_owner())).filter(conversation__key=key).first()
    return _row(found, scope) if found else None


def _readable(rows: QuerySet[Facts]) -> QuerySet[Facts]:
    """The facts may be a moment behind: what was deleted is gone at once all the same."""
    condition = Q(**{f"conversation__{name}": value for name, value in _flat(reviewable())})
    return rows.filter(condition).annotate(key=F("conversation__key"))


def _flat(condition: Q) -> list[tuple[str, object]]:
    return [child for child in condition.children if isinstance(child, tuple)]


def _after(moment: datetime.datetime, pk: int) -> Q:
    return Q(moment__lt=moment) | Q(moment=moment, conversation_id__lt=pk)


def _before(moment: datetime.datetime, pk: int) -> Q:
    return Q(moment__gt=moment) | Q(moment=moment, conversation_id__gt=pk)


def _row(facts: Facts, scope: Scope) -> Row:
    return Row(
        key=facts.key,  # type: ignore[attr-defined]
        id=facts.conversation_id,
        owner_id=facts.owner_id,
        pseudonym=pseudonym(scope.reviewer_id, facts.owner_id),
        facts=facts,
    )
