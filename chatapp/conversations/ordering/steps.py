"""What is done to several conversations at once, in one transaction; each deed gives the steps that undo it.

A step names the deed and the conversations; undoing is doing again, so that it is checked the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.written import grouped

from ..listing.cursor import EPOCH
from ..listing.shelves import in_trash
from ..models import Conversation, Folder, Reply
from ..refusals import NotFound, Refused
from ..turn import my_turn
from . import folders, tags

MOST = 1000  # conversations in one go, those of all steps together
MOST_STEPS = 256  # undoing what was put into a folder takes a step for each folder it lay in


@dataclass(frozen=True, slots=True)
class Step:
    deed: str
    keys: tuple[UUID, ...]
    folder: UUID | None = None  # of "folder"; None takes them out of theirs
    tag: str = ""  # of "tag" and "untag"


@dataclass(slots=True)
class Done:
    changed: list[Conversation] = field(default_factory=list)
    undo: list[Step] = field(default_factory=list)
    stop: list[int] = field(default_factory=list)  # replies that run in what was deleted


def do(owner, steps: Sequence[Step]) -> Done:
    """All steps or none. Raises Refused; NotFound if one of the conversations or the folder is not the owner's."""
    # Before the turn is taken: everybody else's writing waits for its end.
    if len(steps) > MOST_STEPS:
        raise Refused(_("At most %(most)s changes at once. Make fewer.") % {"most": MOST_STEPS}, "steps")
    if sum(len(step.keys) for step in steps) > MOST:
        raise Refused(
            _("At most %(most)s chats at once. Choose fewer.") % {"most": grouped(MOST)},
            "c",
        )
    done = Done()
    with my_turn():
        for step in steps:
            if step.deed not in _DEEDS:
                raise Refused(_("This page is out of date. Reload it and try again."), "deed")
            rows = _find(owner, step)
            changed, undo = _DEEDS[step.deed](owner, rows, step)
            done.changed += [c for c in changed if c not in done.changed]
            done.undo = undo + done.undo
            if step.deed == "delete":
                running = Reply.objects.filter(conversation__in=changed, state=Reply.State.RUNNING)
                done.stop += running.values_list("pk", flat=True)
    return done


_Result = tuple[list[Conversation], list[Step]]
_Deed = Callable[[Any, list[Conversation], Step], _Result]


def _find(owner, step: Step) -> list[Conversation]:
    keys = set(step.keys)
    if not keys:
        raise Refused(_("Choose a chat first."), "c")
    rows = Conversation.objects.filter(owner=owner, key__in=keys)
    rows = rows.filter(in_trash() if step.deed in ("restore", "erase") else Q(deleted_at=None))
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if len(found) < len(keys):
        raise NotFound(_("Some of this is not there any more. Nothing was changed."), "c")
    if step.deed not in ("delete", "restore", "erase") and any(c.expires_at for c in found):
        raise Refused(_("A temporary chat stands in no list. Keep it first."), "c")
    return found


def _update(rows: list[Conversation], **columns: Any) -> None:
    Conversation.objects.filter(pk__in=[c.pk for c in rows]).update(**columns)


def _undone_by(deed: str, rows: list[Conversation], **more: Any) -> list[Step]:
    return [Step(deed, tuple(c.key for c in rows), **more)] if rows else []


def _stamp(column: str, back: str) -> _Deed:
    def deed(_owner: Any, rows: list[Conversation], _step: Step) -> _Result:
        rows = [c for c in rows if getattr(c, column) is None]
        _update(rows, **{column: timezone.now()})
        return rows, _undone_by(back, rows)

    return deed


def _clear(column: str, back: str) -> _Deed:
    def deed(_owner: Any, rows: list[Conversation], _step: Step) -> _Result:
        rows = [c for c in rows if getattr(c, column) is not None]
        _update(rows, **{column: None})
        return rows, _undone_by(back, rows)

    return deed


def _put(owner: Any, rows: list[Conversation], step: Step) -> _Result:
    folder = folders.own(owner, step.folder) if step.folder else None
    rows = [c for c in rows if c.folder_id != (folder.pk if folder else None)]
    keys = dict(Folder.objects.filter(pk__in={c.folder_id for c in rows}).values_list("pk", "key"))
    before: dict[UUID | None, list[Conversation]] = {}
    for row in rows:
        before.setdefault(keys[row.folder_id] if row.folder_id else None, []).append(row)
    _update(rows, folder=folder)
    return rows, [step for key, some in before.items() for step in _undone_by("folder", some, folder=key)]


def _tag(owner: Any, rows: list[Conversation], step: Step) -> _Result:
    tag = tags.named(owner, step.tag)
    having = set(tag.conversations.filter(pk__in=[c.pk for c in rows]).values_list("pk", flat=True))
    rows = [c for c in rows if c.pk not in having]
    tag.conversations.add(*rows)
    tags.check_room(rows)
    return rows, _undone_by("untag", rows, tag=tag.name)


def _untag(owner: Any, rows: list[Conversation], step: Step) -> _Result:
    tag = tags.find(owner, step.tag)
    if tag is None:
        return [], []
    having = set(tag.conversations.filter(pk__in=[c.pk for c in rows]).values_list("pk", flat=True))
    rows = [c for c in rows if c.pk in having]
    tag.conversations.remove(*rows)
    tags.forget_unused(owner)
    return rows, _undone_by("tag", rows, tag=tag.name)


def _delete(_owner: Any, rows: list[Conversation], _step: Step) -> _Result:
    _update(rows, deleted_at=timezone.now(), version=F("version") + 1)
    return rows, _undone_by("restore", rows)


def _restore(_owner: Any, rows: list[Conversation], _step: Step) -> _Result:
    _update(rows, deleted_at=None, version=F("version") + 1)
    return rows, _undone_by("delete", rows)


def _erase(_owner: Any, rows: list[Conversation], _step: Step) -> _Result:
    """Out of the trash at once and for good; erase.py takes the rows."""
    _update(rows, deleted_at=EPOCH)
    return rows, []


_DEEDS: dict[str, _Deed] = {
    "pin": _stamp("pinned_at", "unpin"),
    "unpin": _clear("pinned_at", "pin"),
    "archive": _stamp("archived_at", "unarchive"),
    "unarchive": _clear("archived_at", "archive"),
    "folder": _put,
    "tag": _tag,
    "untag": _untag,
    "delete": _delete,
    "restore": _restore,
    "erase": _erase,
}
