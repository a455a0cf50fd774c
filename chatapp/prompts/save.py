"""The deed: save what was written as the next version. Versions are never changed afterwards."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions
from .content import Content, content
from .hold import hold, reason
from .models import Draft, Label, Prompt, Right, Version
from .publish import place


class Stale(Refused):
    """Somebody has saved `newest` since the version this was written from. Nothing was saved, nothing is lost."""

    def __init__(self, newest: Version) -> None:
        super().__init__(
            _("%(author)s has saved version %(number)s meanwhile. Look at both below, then decide.")
            % {"author": newest.author, "number": newest.number}
        )
        self.newest = newest


def save(prompt: Prompt, by, typed: Mapping[str, Any], *, base: int, note: str) -> Version:
    """The next version, with `draft` on it; the author's draft is done with.

    base: the number of the version that this was written from, 0 for none.
    Raises InvalidContent, Stale, Refused (no note, nothing changed, no right).
    """
    said = content(typed)
    note = reason(note, "note", _("Say what you changed, and why."))
    with transaction.atomic():
        held = hold(prompt, by, Right.EDIT)
        newest = held.versions.filter(number=held.latest).select_related("author").first()
        if newest is not None and base != newest.number:
            raise Stale(newest)
        if newest is not None and newest.hash == said.hash:
            raise Refused(_("Nothing has changed since version %(number)s.") % {"number": newest.number})
        made = add(held, by, said, note)
        Draft.objects.filter(prompt=held, author=by).delete()
        record(
            audit_actions.SAVED,
            actor=by,
            subject=held,
            reason=note,
            detail={"version": made.number, "hash": made.hash},
        )
    return made


def add(held: Prompt, by, said: Content, note: str) -> Version:
    """The next version of a prompt that is held; `draft` moves to it."""
    made = Version.objects.create(
        prompt=held,
        number=held.latest + 1,
        text=said.text,
        variables=[one.stored() for one in said.variables],
        settings=said.settings,
        hash=said.hash,
        note=note,
        four_eyes=held.four_eyes,
        author=by,
    )
    held.latest = made.number
    held.save(update_fields=["latest"])
    place(held, Label.DRAFT, made, by, note)
    return made
