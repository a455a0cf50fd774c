"""The sidebar's list: newest first, paged by key, from narrow indexed columns; no message is read."""

import base64
import datetime
import struct
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Conversation, Reply

PAGE = 40


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    title: str
    updated: datetime.datetime
    running: bool
    unread: bool


def page(owner, cursor: str = "") -> tuple[list[Row], str]:
    """PAGE rows after `cursor` ("" for the newest; a broken one counts as ""), and the next cursor or ""."""
    rows = _rows(owner)
    if place := _read(cursor):
        updated, pk = place
        rows = rows.filter(Q(updated__lt=updated) | Q(updated=updated, id__lt=pk))
    found = list(rows.order_by("-updated", "-id")[: PAGE + 1])
    next_cursor = _write(found[PAGE - 1]) if len(found) > PAGE else ""
    return [_row(c) for c in found[:PAGE]], next_cursor


def row(owner, key: UUID) -> Row | None:
    found = _rows(owner).filter(key=key).first()
    return _row(found) if found else None


def _rows(owner) -> QuerySet[Conversation]:
    unfinished = Reply.objects.filter(conversation=OuterRef("pk")).unfinished()
    return (
        Conversation.objects.of(owner)
        .exclude(leaf=None)
        .only("id", "key", "title", "updated", "answered_at", "read_at")
        .annotate(is_running=Exists(unfinished))
    )


def _row(conversation: Conversation) -> Row:
    return Row(
        conversation.key,
        conversation.title,
        conversation.updated,
        conversation.is_running,  # type: ignore[attr-defined]
        conversation.unread,
    )


def _write(conversation: Conversation) -> str:
    micro = round(conversation.updated.timestamp() * 1_000_000)
    return base64.urlsafe_b64encode(struct.pack(">qq", micro, conversation.pk)).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime.datetime, int] | None:
    try:
        micro, pk = struct.unpack(">qq", base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        return epoch + datetime.timedelta(microseconds=micro), pk
    except (ValueError, struct.error, OverflowError):
        return None
