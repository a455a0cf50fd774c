"""The ZIP of an export, made while it is sent: the lines, then a manifest that says what they are and their hash.

A few conversations at a time. Before each of these portions the right is asked anew, and it is stored that these
conversations went out, for their owners to see; only then are they read.
"""

import datetime
import hashlib
import zipfile
from array import array
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from chatapp.accounts import access
from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.conversations.turn import my_turn
from chatapp.takeout.exporting.archive import Pipe

from .. import scope
from ..listing import Selection
from ..models import Export, Visit
from . import chat_form, pairs, table
from .chats import Chat, read

PORTION = 50  # conversations
FORMAT, VERSION = "chatapp-review", 1
_NAMES = {Export.Form.CHATS: "chats.jsonl", Export.Form.PAIRS: "pairs.jsonl", Export.Form.TABLE: "answers.csv"}


class Ended(Exception):
    """The right to export ended while the file was sent: it stays incomplete, which a ZIP shows."""


def claim(reviewer: User, key: UUID, session: str) -> Export | None:
    """Take a recorded export to be sent, once; None if there is none, or it was taken already."""
    mine = Export.objects.filter(reviewer=reviewer, key=key, session=session, state=Export.State.READY)
    if not mine.update(state=Export.State.RUNNING):
        return None
    return Export.objects.select_related("look").get(key=key)


def pieces(export: Export, selection: Selection) -> Iterator[bytes]:
    """The bytes of the file. Raises Ended."""
    ids = array("q", selection.rows().order_by("conversation_id").values_list("conversation_id", flat=True))
    state = Export.State.BROKEN
    pipe, digest = Pipe(), hashlib.sha256()
    records = size = 0
    try:
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            with archive.open(_entry(_NAMES[Export.Form(export.form)]), "w", force_zip64=True) as file:
                for count, data in _lines(export, ids):
                    file.write(data)
                    digest.update(data)
                    records, size = records + count, size + len(data)
                    Export.objects.filter(pk=export.pk).update(records=records)
                    yield pipe.take()
            manifest = _manifest(export, selection, records, size, digest.hexdigest())
            archive.writestr(_entry("manifest.json"), manifest)
        yield pipe.take()
        state = Export.State.COMPLETE
    finally:
        Export.objects.filter(pk=export.pk).update(
            state=state, sha256=digest.hexdigest(), records=records, ended_at=timezone.now()
        )


def _lines(export: Export, ids: "array[int]") -> Iterator[tuple[int, bytes]]:
    """Records and their bytes, portion by portion."""
    if export.form == Export.Form.TABLE:
        # The mark tells spreadsheets that it is UTF-8.
        yield 0, b"\xef\xbb\xbf" + table.line(table.COLUMNS)
    for start in range(0, len(ids), PORTION):
        portion = _taken(export, ids[start : start + PORTION].tolist())
        lines = [line for chat in read(portion) for line in _of(export, chat)]
        Export.objects.filter(pk=export.pk).update(done=min(len(ids), start + PORTION))
        yield len(lines), b"".join(lines)


def _taken(export: Export, ids: list[int]) -> list[Conversation]:
    """Those of `ids` that may still go out, noted for their owners. Raises Ended."""
    reviewer = User.objects.active().filter(pk=export.reviewer_id).first()
    if reviewer is None or not access.may_export(reviewer):
        raise Ended
    now = timezone.now()
    with my_turn():
        found = list(scope.of(reviewer, exporting=True).conversations().filter(pk__in=ids).order_by("pk"))
        Visit.objects.bulk_create(
            Visit(
                kind=Visit.Kind.EXPORTED,
                reviewer=reviewer,
                reviewer_name=str(reviewer),
                owner_id=one.owner_id,
                conversation=one,
                reason=export.reason,
                session=export.session,
                seen_at=now,
                ended_at=now,
            )
            for one in found
        )
    return found


def _of(export: Export, chat: Chat) -> Iterator[bytes]:
    if export.form == Export.Form.TABLE:
        yield from map(table.line, table.rows(chat, export.reviewer_id))
        return
    form = chat_form if export.form == Export.Form.CHATS else pairs
    yield from (orjson.dumps(one) + b"\n" for one in form.lines(chat))


def _manifest(export: Export, selection: Selection, records: int, size: int, sha256: str) -> bytes:
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "export": str(export.key),
        "made": timezone.now().astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "by": export.reviewer.email,
        "reason": export.reason,
        "file": _NAMES[Export.Form(export.form)],
        "filter": selection.wanted.asked,
        "words": selection.look.words if selection.look else "",
        "conversations": Export.objects.values_list("done", flat=True).get(pk=export.pk),
        "records": records,
        "bytes": size,
        "sha256": sha256,
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _entry(name: str) -> zipfile.ZipInfo:
    now = timezone.now()
    entry = zipfile.ZipInfo(name, max((1980, 1, 1, 0, 0, 0), now.timetuple()[:6]))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
