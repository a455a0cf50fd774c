"""Rows of a shelf, page by page."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models import Conversation, Reply
from . import cursor as cursors
from .days import heading
from .shelves import ARCHIVED, RECENT, TRASH, Shelf, begun, in_trash, on, place

PAGE = 40
LONGEST = 400  # rows in one answer, for a page that had loaded so many


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    title: str
    updated: datetime.datetime  # the moment it is ordered by
    running: bool
    unread: bool
    shelf: str  # the id of the shelf it stands on
    day: str  # the heading it stands under, "" on a shelf without
    pinned: bool
    expires: datetime.datetime | None


def page(owner, cursor: str = "", shelf: Shelf = RECENT, size: int = PAGE) -> tuple[list[Row], str]:
    """`size` rows of the shelf after `cursor` ("" for the newest; a broken one counts as ""), and the next
    cursor or ""."""
    size = max(1, min(size, LONGEST))
    rows = _narrow(on(owner, shelf))
    if after := cursors.read(cursor):
        moment, pk = after
        rows = rows.filter(Q(**{f"{shelf.moment}__lt": moment}) | Q(**{shelf.moment: moment}, id__lt=pk))
    found = list(rows.order_by(f"-{shelf.moment}", "-id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    next_cursor = cursors.write(getattr(last, shelf.moment), last.pk) if last else ""
    today = timezone.localdate()
    return [_row(c, shelf, today) for c in found[:size]], next_cursor


def row(owner, key: UUID, view: Shelf = RECENT) -> Row | None:
    """The row of a conversation with the shelf it stands on; None if it is not there, or was never asked anything.

    `view`: what the page shows. In the trash's it is a deleted one, in a tag's it stands there if it has the tag.
    """
    asked = begun(Conversation.objects.filter(owner=owner, key=key))
    rows = _narrow(asked).select_related("folder")
    found = rows.filter(deleted_at=None).first()
    today = timezone.localdate()
    if found is None:
        found = rows.filter(in_trash()).first() if view == TRASH else None
        return _row(found, TRASH, today) if found else None
    if view.name == "tag" and on(owner, view).filter(pk=found.pk).exists():
        return _row(found, view, today)
    return _row(found, None, today)


def _narrow(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    unfinished = Reply.objects.filter(conversation=OuterRef("pk")).unfinished()
    return rows.only(
        "id", "key", "title", "updated", "answered_at", "read_at", "pinned_at", "archived_at", "expires_at",
        "deleted_at", "folder",
    ).annotate(is_running=Exists(unfinished))  # fmt: skip


def _row(conversation: Conversation, shelf: Shelf | None, today: datetime.date) -> Row:
    """`shelf`: where it was found; None to look."""
    stands = shelf.id if shelf else place(conversation)
    moment = conversation.deleted_at or conversation.updated
    by_day = shelf.by_day if shelf else stands in (RECENT.id, ARCHIVED.id)
    return Row(
        conversation.key,
        conversation.title,
        moment,
        conversation.is_running,  # type: ignore[attr-defined]
        conversation.unread,
        stands,
        heading(moment, today) if by_day else "",
        conversation.pinned_at is not None,
        conversation.expires_at,
    )
