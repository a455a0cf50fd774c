"""Folded words for every finished message and title that has none: new ones, changed ones, and those that a
dead process left behind are all one case. Called over and over by whoever runs replies (chat/carrier.py), never by
the deed that wrote the text, so that no answer waits for it.
"""

import logging

from django.db import DatabaseError, OperationalError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from ..models import Conversation, Message, Reply
from ..turn import my_turn
from .fold import fold

logger = logging.getLogger(__name__)

BATCH = 25
LONG = 20_000  # characters: such a question is indexed after the first words of its answer, which may not wait
_NEVER_TYPED = "§"  # begins the words that no fold() and so no query can contain


def owned_by(owner_id: int) -> str:
    """The word that stands in everything a member has: the index itself keeps members apart."""
    return f"{_NEVER_TYPED}{owner_id}"


HAS_CODE = f"{_NEVER_TYPED}code"


def some() -> int:
    """Index up to BATCH messages and titles; how many there were, 0 = all is indexed."""
    titles = list(_titles_to_index().values_list("pk", "owner_id", "title")[:BATCH])
    messages = list(_messages_to_index().values_list("pk", "conversation__owner_id", "text", "reasoning")[:BATCH])
    if not titles and not messages:
        return 0
    # Folded before the transaction begins, which others wait for.
    folded_titles = [(pk, title, _words(owner_id, title)) for pk, owner_id, title in titles]
    folded = [
        (pk, text, reasoning, _words(owner_id, f"{text}\n\n{reasoning}"))
        for pk, owner_id, text, reasoning in messages
    ]
    with my_turn():
        for pk, title, words in folded_titles:
            # Unless it has changed meanwhile: then it is still to be indexed.
            Conversation.objects.filter(pk=pk, title=title).update(search_title=words)
    # Long ones by themselves: they take their time, and others wait for their turn.
    short = [row for row in folded if len(row[1]) + len(row[2]) <= LONG]
    for rows in [short, *([row] for row in folded if row not in short)]:
        _store(rows)
    return len(titles) + len(messages)


def _store(rows: list[tuple[int, str, str, str]]) -> None:
    try:
        with my_turn():
            for pk, text, reasoning, words in rows:
                Message.objects.filter(pk=pk, text=text, reasoning=reasoning).update(search_text=words)
    except DatabaseError as error:
        if isinstance(error, OperationalError) and not _is_refusal(error):
            raise  # the database is away: later
        if len(rows) > 1:
            for row in rows:
                _store([row])
            return
        logger.exception("a text was refused by the index")
        pk, text, reasoning, words = rows[0]
        unchanged = Message.objects.filter(pk=pk, text=text, reasoning=reasoning)
        unchanged.update(search_text=words.split(" ", 1)[0])  # or it would be tried for ever


def _is_refusal(error: OperationalError) -> bool:
    """PostgreSQL's "program limit exceeded", which counts as operational."""
    return str(getattr(error.__cause__, "sqlstate", "")).startswith("54")


def everything() -> int:
    """Index all that is not indexed; how many there were."""
    count = 0
    while done := some():
        count += done
    return count


def forget() -> None:
    """Let everything be indexed anew, after a change of fold.py."""
    with my_turn():
        Conversation.objects.exclude(search_title="").update(search_title="")
        Message.objects.exclude(search_text="").update(search_text="")


def _titles_to_index() -> QuerySet[Conversation]:
    return Conversation.objects.filter(Q(search_title="") & ~Q(title="")).order_by("pk")


def _messages_to_index() -> QuerySet[Message]:
    not_begun = Reply.objects.filter(conversation=OuterRef("conversation"), first_token_at=None).unfinished()
    return (
        Message.objects.filter(Q(search_text="") & ~Q(text="", reasoning=""))
        .annotate(chars=Length("text"))
        .exclude(Q(chars__gt=LONG) & Q(Exists(not_begun)))
        .order_by("pk")
    )


def _words(owner_id: int, text: str) -> str:
    marks = [owned_by(owner_id)]
    if "```" in text or "~~~" in text:
        marks.append(HAS_CODE)
    return " ".join([*marks, fold(text)]).rstrip()
