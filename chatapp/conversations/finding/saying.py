"""Which conversations have messages with given words, whosever they are: whose may be read, review says."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from ..models import Message
from .index import HAS_CODE
from .query import Query
from .schema import MESSAGES
from .search import Sql, match


def conversations_saying(query: Query) -> tuple[str, list[Any]]:
    """A statement, with its parameters, that gives the ids of the conversations. Nothing but words counts."""
    source, sql = _where(query)
    return f"SELECT m.conversation_id FROM {source} WHERE {' AND '.join(sql.parts)}", sql.params  # noqa: S608


def few_saying(query: Query, most: int) -> set[int] | None:
    """The ids of those conversations, if no more than `most` messages have the words; else None: they are many."""
    statement, params = conversations_saying(query)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT %s", [*params, most + 1])
        found = cursor.fetchall()
    return None if len(found) > most else {pk for (pk,) in found}


def newest_saying(query: Query, conversation_ids: Sequence[int]) -> dict[int, Message]:
    """Of each of these conversations the newest message with the words, if it has one."""
    if not conversation_ids:
        return {}
    source, sql = _where(query)
    sql.add(f"m.conversation_id IN ({','.join(['%s'] * len(conversation_ids))})", *conversation_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(m.id) FROM {source} WHERE {' AND '.join(sql.parts)} GROUP BY m.conversation_id",  # noqa: S608
            sql.params,
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    found = Message.objects.defer("search_text").filter(pk__in=ids)
    return {message.conversation_id: message for message in found}


def _where(query: Query) -> tuple[str, Sql]:
    sql = Sql()
    source = match(sql, MESSAGES, "m", [HAS_CODE] if query.has_code else [], query.terms)
    for phrase, _ in sql.phrases:
        sql.add("position(%s in ' ' || m.search_text || ' ') > 0", phrase)
    sql.add("m.deleted_at IS NULL")
    return source, sql
