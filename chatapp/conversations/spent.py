"""What the model was asked, told to the daily sums (usage/ledger.py) in the transaction that ends it.

Exactly once, because a reply ends once: who ends it again finds it ended, and counts nothing. A reply that never
ran, as a queued one that was stopped, has spent nothing and is not counted; what was imported was spent elsewhere.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, QuerySet, TextField, Value, When

from chatapp.usage import endings
from chatapp.usage.ledger import Spent, add, day_of
from chatapp.workersai.events import Usage

from .models import Reply, Summary
from .models.reply import CUT

BLANK = " \t\r\n"
# Written out, as the rest of the commit that ends a reply: everybody's next words wait for it.
_ENDED = """
    SELECT c.owner_id, r.prompt_version_id, r.state, r.finish_reason, r.error, LTRIM(m.text, %s) = '',
           r.prompt_tokens, r.completion_tokens, r.cached_tokens, r.neurons, r.cost
    FROM conversations_reply r
    JOIN conversations_message m ON m.id = r.message_id
    JOIN conversations_conversation c ON c.id = r.conversation_id
    WHERE r.started_at IS NOT NULL AND r.id IN
"""


def count(reply_ids: Sequence[int], now: datetime.datetime) -> None:
    """Replies that have just ended, at `now`. The last step of the transaction that ended them."""
    day = day_of(now)
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENDED} ({', '.join(['%s'] * len(reply_ids))})", [BLANK, *reply_ids])
        rows = cursor.fetchall()
    add(_spent(day, row) for row in rows)


def count_summary(summary_id: int, usage: Usage, cost: float, now: datetime.datetime) -> None:
    """A call that wrote a piece of a summary. The last step of the transaction that stores its tokens."""
    owner = Summary.objects.filter(pk=summary_id).values_list("conversation__owner_id", flat=True).first()
    if owner is not None:
        told = (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or 0, usage.neurons or 0)
        add([Spent(day_of(now), owner, 0, endings.SUMMARY, 1, *told, cost)])


def of_replies(replies: "QuerySet[Reply]") -> Iterator[Spent]:
    """What those of `replies` spent that have ended; the queryset may be one of a migration."""
    bare = Func(F("message__text"), Value(BLANK), function="LTRIM", output_field=TextField())
    empty = Case(When(bare="", then=True), default=False, output_field=BooleanField())
    # Without an owner: imported.
    ended = replies.filter(ended_at__isnull=False, started_at__isnull=False).exclude(owner="")
    rows = ended.order_by("pk").annotate(bare=bare).annotate(empty=empty)
    for at, *row in rows.values_list(
        "ended_at", "conversation__owner_id", "prompt_version_id", "state", "finish_reason", "error", "empty",
        "prompt_tokens", "completion_tokens", "cached_tokens", "neurons", "cost",
    ).iterator(chunk_size=2000):  # fmt: skip
        assert at is not None
        yield _spent(day_of(at), row)


def of_summaries(summaries: "QuerySet[Summary]") -> Iterator[Spent]:
    """What `summaries` spent, on the day when they were begun: how many calls it took is not known any more."""
    rows = summaries.filter(prompt_tokens__gt=0).values_list(
        "created", "conversation__owner_id", "prompt_tokens", "completion_tokens", "cost"
    )
    for at, owner, tokens_in, tokens_out, cost in rows.iterator(chunk_size=2000):
        yield Spent(day_of(at), owner, 0, endings.SUMMARY, 1, tokens_in, tokens_out, cost=cost)


def _spent(day: datetime.date, row: Sequence[Any]) -> Spent:
    owner, version, state, finish_reason, error, empty, *amounts = row
    ending = ending_of(state, finish_reason, _code(error), bool(empty))
    return Spent(day, owner, version or 0, ending, 1, *(amount or 0 for amount in amounts))


def ending_of(state: str, finish_reason: str, code: str, empty: bool) -> str:
    """The word of endings.py. empty: the answer has no text."""
    if state in (Reply.State.FAILED, Reply.State.INTERRUPTED):
        return code[:40] or endings.OTHER
    if state == Reply.State.STOPPED:
        return endings.STOPPED
    if finish_reason == "content_filter":
        return endings.FILTERED
    if empty:
        return endings.EMPTY
    return endings.CUT if finish_reason in CUT else endings.COMPLETE


def _code(error: Any) -> str:
    """JSON as text from a statement of ours, read already from Django's."""
    told = orjson.loads(error) if isinstance(error, str) else error
    return str(told.get("code", "")) if isinstance(told, dict) else ""
