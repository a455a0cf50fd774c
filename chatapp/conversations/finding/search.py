"""What a member finds: chats by title, then messages by their words. In each list those that have the very word
that was typed come before those in which it only begins one, the newest first; each is paged by key.

The owner is asked for twice in the same statement: by a word in the index, so that what others wrote costs no
time, and by the row. What is deleted or temporary is not found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from ..listing import cursor as places
from ..models import Conversation, Message, Tag
from .fold import fold
from .index import HAS_CODE, owned_by
from .query import Query, Term, parse
from .schema import MESSAGES, TITLES, Indexed

TITLES_AT_ONCE = 8
MESSAGES_AT_ONCE = 20
AMONG = ("400", "10000", "ALL")  # messages that a phrase is looked for in, one after the other


@dataclass(slots=True)
class Found:
    query: Query
    titles: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)  # with their conversations
    more_titles: str = ""  # cursors; "" when there are no more
    more_messages: str = ""


def search(
    owner: Any, text: str, *, shared: QuerySet[Any] | None = None, titles_after: str = "", messages_after: str = ""
) -> Found:
    """What `owner` finds with the words `text`, which may be anything.

    shared: the ids of conversations that are shared, for `is:shared`; without it nothing is.
    titles_after, messages_after: the cursor of the page before; with one of them only that list goes on.
    """
    query = parse(text)
    found = Found(query)
    conditions = _conditions(owner, query, shared)
    if query.is_empty or conditions is None:
        return found
    if not query.has_code and not messages_after:
        _find_titles(owner, found, conditions, titles_after)
    if (query.terms or query.has_code) and not query.in_title and not titles_after:
        _find_messages(owner, found, conditions, messages_after)
    return found


def newest(owner: Any, most: int) -> list[Conversation]:
    """The chats used last, wherever they stand; what somebody looks for is often one of them."""
    found = Conversation.objects.of(owner).filter(expires_at=None, archived_at=None).exclude(leaf=None)
    return list(found.order_by("-updated", "-id")[:most])


# ── the two lists ────────────────────────────────────────────────────────────────────────────


class Sql:
    """Conditions of one statement, with their parameters."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.params: list[Any] = []
        self.phrases: list[tuple[str, bool]] = []  # to be compared with the text itself: whether they stand there

    def add(self, part: str, *params: Any) -> None:
        self.parts.append(part)
        self.params.extend(params)

    def extend(self, other: "Sql") -> None:
        self.add(" AND ".join(other.parts), *other.params)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one statement looks for."""

    terms: list[Term]
    but: Term | None = None  # rows that have this are another statement's
    after: str = ""  # the cursor of the row before


def _in_turn(query: Query, after: str, most: int, ids: Callable[[_Wanted], list[int]]) -> list[tuple[str, int]]:
    """Up to `most` rows and one more, each with the name of its turn: first the words as they were typed ("w"),
    then, where the last one may go on, those that only begin with it ("b")."""
    turns = {"w": _Wanted(query.terms)}
    if query.terms and query.terms[-1].prefix:
        whole = Term(query.terms[-1].words)
        turns = {"w": _Wanted([*query.terms[:-1], whole]), "b": _Wanted(query.terms, but=whole)}
    names = list(turns)
    at = max(0, "".join(names).find(after[:1]))
    found = [(names[at], pk) for pk in ids(replace(turns[names[at]], after=after[1:]))]
    for name in names[at + 1 :]:
        if len(found) <= most:
            found += [(name, pk) for pk in ids(turns[name])]
    return found[: most + 1]


def _find_titles(owner: Any, found: Found, conditions: Sql, after: str) -> None:
    def ids(wanted: _Wanted) -> list[int]:
        sql = Sql()
        source = "conversations_conversation c"
        if wanted.terms:
            source = match(sql, TITLES, "c", [owned_by(owner.pk)], wanted.terms, wanted.but)
        while sql.phrases:  # titles are short and few
            phrase, stands = sql.phrases.pop()
            sql.add(f"position(%s in ' ' || c.search_title || ' ') {'>' if stands else '='} 0", phrase)
        sql.extend(conditions)
        if (moment := found.query.before) is not None:
            sql.add("c.created < %s", _moment(moment))
        if (moment := found.query.after) is not None:
            sql.add("c.updated >= %s", _moment(moment))
        if place := places.read(wanted.after):
            updated, pk = place
            sql.add("(c.updated < %s OR (c.updated = %s AND c.id < %s))", _moment(updated), _moment(updated), pk)
        return _ids("c.id", source, sql, "c.updated DESC, c.id DESC", TITLES_AT_ONCE)

    rows = _in_turn(found.query, after, TITLES_AT_ONCE, ids)
    there = Conversation.objects.in_bulk([pk for _, pk in rows])
    shown = [(turn, there[pk]) for turn, pk in rows[:TITLES_AT_ONCE] if pk in there]
    found.titles = [conversation for _, conversation in shown]
    if len(rows) > TITLES_AT_ONCE and shown:
        turn, last = shown[-1]
        found.more_titles = turn + places.write(last.updated, last.pk)


def _find_messages(owner: Any, found: Found, conditions: Sql, after: str) -> None:
    marks = [owned_by(owner.pk), *([HAS_CODE] if found.query.has_code else [])]

    def ids(wanted: _Wanted) -> list[int]:
        sql = Sql()
        source = match(sql, MESSAGES, "m", marks, wanted.terms, wanted.but)
        sql.extend(conditions)
        sql.add("m.deleted_at IS NULL")
        if (moment := found.query.before) is not None:
            sql.add("m.created < %s", _moment(moment))
        if (moment := found.query.after) is not None:
            sql.add("m.created >= %s", _moment(moment))
        order = "f.rowid DESC" if connection.vendor == "sqlite" else "m.id DESC"
        if place := places.read(wanted.after):
            sql.add(order.removesuffix(" DESC") + " < %s", place[1])
        join = " JOIN conversations_conversation c ON c.id = m.conversation_id"
        columns = "m.id, m.search_text" if sql.phrases else "m.id"
        return _ids(columns, source + join, sql, order, MESSAGES_AT_ONCE)

    rows = _in_turn(found.query, after, MESSAGES_AT_ONCE, ids)
    there = Message.objects.select_related("conversation").defer("search_text").in_bulk([pk for _, pk in rows])
    shown = [(turn, there[pk]) for turn, pk in rows[:MESSAGES_AT_ONCE] if pk in there]
    found.messages = [message for _, message in shown]
    if len(rows) > MESSAGES_AT_ONCE and shown:
        turn, last = shown[-1]
        found.more_messages = turn + places.write(last.created, last.pk)


def _ids(columns: str, source: str, sql: Sql, order: str, most: int) -> list[int]:
    """Ids of `most` rows and one more, if there is one more."""
    select = f"SELECT {columns} FROM {source} WHERE {' AND '.join(sql.parts)} ORDER BY {order}"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _first(cursor, select, sql.params, most + 1)
        # For a common word PostgreSQL would rather walk through all messages, newest first, and look into each:
        # a second, where the newest are somebody else's. By the index of words it is a tenth.
        with transaction.atomic():
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off")
            if not sql.phrases:
                return _first(cursor, select, sql.params, most + 1)
            # Its index does not know what stands side by side, and to read all texts takes long: the newest first.
            side_by_side = " AND ".join(
                f"position(%s in ' ' || search_text || ' ') {'>' if stands else '='} 0"
                for _, stands in sql.phrases
            )
            for among in AMONG:
                found = _first(
                    cursor,
                    f"SELECT id FROM ({select} LIMIT {among}) AS newest WHERE {side_by_side} ORDER BY id DESC",  # noqa: S608
                    [*sql.params, *(phrase for phrase, _ in sql.phrases)],
                    most + 1,
                )
                if len(found) > most:
                    break
            return found


def _first(cursor: Any, select: str, params: list[Any], count: int) -> list[int]:
    cursor.execute(f"{select} LIMIT {count}", params)
    return [pk for (pk,) in cursor.fetchall()]


def _conditions(owner: Any, query: Query, shared: QuerySet[Any] | None) -> Sql | None:
    """What holds of the conversation `c` of everything found; None if nothing can be found."""
    sql = Sql()
    sql.add("c.owner_id = %s AND c.deleted_at IS NULL AND c.expires_at IS NULL", owner.pk)
    sql.add("c.leaf_id IS NOT NULL")
    if "pinned" in query.kinds:
        sql.add("c.pinned_at IS NOT NULL")
    if "archived" in query.kinds:
        sql.add("c.archived_at IS NOT NULL")
    if "shared" in query.kinds:
        if shared is None:
            return None
        inner, params = shared.query.sql_with_params()
        sql.add(f"c.id IN ({inner})", *params)
    for wanted in query.tags:
        # A member's tags are few; the databases do not agree on the case of letters beyond ASCII.
        tags = [
            pk for pk, name in Tag.objects.filter(owner=owner).values_list("pk", "name") if fold(name) == wanted
        ]
        if not tags:
            return None
        tagged, params = Conversation.objects.filter(tags__in=tags).values("pk").query.sql_with_params()
        sql.add(f"c.id IN ({tagged})", *params)
    return sql


def _moment(moment: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


# ── the words ────────────────────────────────────────────────────────────────────────────────


def match(
    sql: Sql, indexed: Indexed, alias: str, marks: list[str], terms: list[Term], but: Term | None = None
) -> str:
    """Add the condition that all `marks` and `terms` stand in a row, and `but` does not; returns what to select
    from.

    All are made of folded words alone, in quotes: nothing that was typed can be taken for an operator.
    """
    if connection.vendor == "sqlite":
        words = [f'"{mark}"' for mark in marks]
        words += [f'"{" ".join(term.words)}"' + (" *" if term.prefix else "") for term in terms]
        unwanted = f' NOT "{" ".join(but.words)}"' if but else ""
        sql.add(f"{indexed.fts} MATCH %s", f"({' AND '.join(words)}){unwanted}")
        # CROSS: the index leads, in the order of its rows, and ends when there are enough.
        return f"{indexed.fts} f CROSS JOIN {indexed.table} {alias} ON {alias}.id = f.rowid"
    words = [f"'{mark}'" for mark in marks]
    for term in terms:
        words += [f"'{word}'" for word in term.words]
        if term.prefix:
            words[-1] += ":*"
    if but and len(but.words) == 1:
        words.append(f"!'{but.words[0]}'")
    sql.add(f"{alias}.search_words @@ %s::tsquery", " & ".join(words))
    phrases = [term for term in terms if len(term.words) > 1]
    sql.phrases = [(" " + " ".join(term.words) + ("" if term.prefix else " "), True) for term in phrases]
    if but and len(but.words) > 1:
        sql.phrases.append((" " + " ".join(but.words) + " ", False))
    return f"{indexed.table} {alias}"
