"""The deed: bring in prompts from files. First looked through without a trace, then all that can be, at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions, create, rights
from .files import Leaf, Unreadable, read
from .hold import hold
from .models import Prompt, Right
from .save import add


@dataclass(slots=True)
class Report:
    """What an import does, or would do; each file stands in one of the lists."""

    made: list[tuple[str, str]] = field(default_factory=list)  # file, name of the new prompt
    added: list[tuple[str, str, int]] = field(default_factory=list)  # file, prompt, number of the version
    here: list[tuple[str, str, int]] = field(default_factory=list)  # the same version was here already
    skipped: list[tuple[str, str]] = field(default_factory=list)  # file, why
    fresh: set[int] = field(default_factory=set)  # prompts that this import has made

    @property
    def does_something(self) -> bool:
        return bool(self.made or self.added)


class _Undone(Exception):
    """Takes everything back that a look through has written."""


def bring_in(files: Iterable[tuple[str, bytes]], by, *, dry_run: bool) -> Report:
    """(name, bytes) of each file. A prompt of the same short name gets another version; nothing is published.

    A file that cannot be taken is named with the reason, and keeps no other back. Raises Refused (no right).
    """
    if not rights.may_create(by):
        raise Refused(_("Only prompt editors and administrators may bring in prompts."))
    report = Report()
    try:
        with transaction.atomic():
            for name, data in files:
                _one(report, name, data, by)
            if dry_run:
                raise _Undone
            if report.does_something:
                counts = {"prompts": len(report.made), "versions": len(report.made) + len(report.added)}
                record(audit_actions.IMPORTED, actor=by, detail=counts)
    except _Undone:
        pass
    return report


def _one(report: Report, name: str, data: bytes, by) -> None:
    try:
        with transaction.atomic():
            _take(report, name, read(data), by)
    except Unreadable as why:
        report.skipped.append((name, str(why)))
    except Refused as refusal:
        report.skipped.append((name, refusal.sentence))


def _take(report: Report, name: str, leaf: Leaf, by) -> None:
    note = leaf.note.strip()[:500] or _("Brought in from a file")
    found = Prompt.objects.filter(slug=leaf.slug.strip().lower()).first()
    if found is None:
        made = create.create(by, leaf.name or leaf.slug, leaf.slug, leaf.description, leaf.tags)
        add(made, by, leaf.content, note)
        report.made.append((name, made.name))
        report.fresh.add(made.pk)
        return
    held = hold(found, by, Right.EDIT)
    same = held.versions.filter(hash=leaf.content.hash).order_by("-number").first()
    if same is not None and held.pk not in report.fresh:  # a history may come back to what it said before
        report.here.append((name, held.name, same.number))
        return
    report.added.append((name, held.name, add(held, by, leaf.content, note).number))
