"""The deeds on folders. A folder is a name and settings; what lies in it stays when it is removed."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chatapp.accounts.models import User

from ..models import Conversation, Folder
from ..refusals import NotFound, Refused
from ..turn import my_turn
from .names import tidy

MOST = 200
LONGEST = 80
CLOSED = "closed_folders"  # in User.preferences


def create(owner, name: str, settings: Mapping[str, Any] | None = None) -> Folder:
    """`settings` are already valid. Raises Refused (no name, a name that is taken, too many)."""
    with _named_once(), my_turn():
        name = _free(owner, name)
        if Folder.objects.filter(owner=owner).count() >= MOST:
            raise Refused(_("There are %(most)s folders already. Remove one first.") % {"most": MOST}, "name")
        return Folder.objects.create(owner=owner, name=name, settings=dict(settings or {}))


def change(owner, key: uuid.UUID, name: str, settings: Mapping[str, Any]) -> Folder:
    """Name it anew and replace its settings. Raises Refused, NotFound."""
    with _named_once(), my_turn():
        folder = own(owner, key)
        folder.name = _free(owner, name, folder)
        folder.settings = dict(settings)
        folder.save(update_fields=["name", "settings"])
        return folder


def rename(owner, key: uuid.UUID, name: str) -> Folder:
    """Raises Refused, NotFound."""
    with _named_once(), my_turn():
        folder = own(owner, key)
        folder.name = _free(owner, name, folder)
        folder.save(update_fields=["name"])
        return folder


def remove(owner, key: uuid.UUID) -> int:
    """Remove the folder; its conversations stay, without one. Returns how many there were. Raises NotFound."""
    with my_turn():
        folder = own(owner, key)
        # By name, so that the deleted ones among them, too, come back without it.
        freed = Conversation.objects.filter(folder=folder).update(folder=None)
        folder.delete()
    fold(owner, key, closed=False)
    return freed


def own(owner, key: uuid.UUID) -> Folder:
    """Raises NotFound."""
    folder = Folder.objects.filter(owner=owner, key=key).first()
    if folder is None:
        raise NotFound(_("This folder is not there any more."), "folder")
    return folder


def fold(owner, key: uuid.UUID, *, closed: bool) -> None:
    """Remember whether the folder is shown closed."""
    with my_turn():
        user = User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
        before = closed_ones(user)
        after = [k for k in before if k != str(key)] + [str(key)] * closed
        if after != before:
            user.preferences = {**user.preferences, CLOSED: after[-MOST:]}
            user.save(update_fields=["preferences"])


def closed_ones(user) -> list[str]:
    """Keys of the folders that are shown closed."""
    found = user.preferences.get(CLOSED)
    return [str(key) for key in found] if isinstance(found, list) else []


def _free(owner, name: str, folder: Folder | None = None) -> str:
    name = tidy(name, LONGEST, _("A folder needs a name."), "name")
    others = Folder.objects.filter(owner=owner)
    if folder:
        others = others.exclude(pk=folder.pk)
    # Compared here: SQLite knows the capitals of English only.
    if name.casefold() in (other.casefold() for other in others.values_list("name", flat=True)):
        raise _taken(name)
    return name


def _taken(name: str) -> Refused:
    return Refused(_("You have a folder called “%(name)s” already. Choose another name.") % {"name": name}, "name")


class _named_once:
    """Two tabs made the same name at once: the later one hears what it would have heard a moment after."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise Refused(_("You have a folder of this name already. Choose another name."), "name") from None
