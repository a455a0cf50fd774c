"""The deed: a copy of the database, made while the server writes, and known to be good when it has its name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from chatapp.audit.record import record

from . import audit_actions, folder, manifest, postgres, sqlite
from .contents import Contents
from .hold import database_file
from .manifest import ENDINGS, Manifest
from .trouble import Trouble, told_of

Say = Callable[[str], None]
_STEP = 10  # per cent between two words of progress
_MEGABYTES = 64  # the same where the end is not known


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    manifest: Manifest
    removed: list[str]  # names of older copies

    @property
    def told(self) -> str:
        """What it is, in one line."""
        about = self.manifest
        return f"{self.path} ({megabytes(about.size)}, {about.contents.told})"


def make(to: Path | None, say: Say, *, kind: str = manifest.ASKED, keep: int | None = None) -> Made:
    """Copy the database into the folder `to` (BACKUP_DIR), read the copy back, and only then give it its name.

    `keep`: so many of this kind stay (BACKUP_KEEP). Nothing unfinished is left. Raises Trouble.
    """
    if connection.vendor == "sqlite" and not database_file().exists():
        raise Trouble(f"There is no database at {database_file()} yet. Start the server once.")
    with folder.opened(to or settings.BACKUP_DIR) as there, told_of(there):
        copy = folder.partial(there)
        try:
            told = _copied(copy, there, say)
            say("Reading the copy back …")
            _compare(told, sqlite.check(copy) if connection.vendor == "sqlite" else postgres.check(copy))
            about = _about(copy, there, kind, told)
            final = there / about.name
            folder.settle(copy, final, about)
        finally:
            folder.drop(copy)
        removed = folder.prune(there, settings.BACKUP_KEEP if keep is None else keep, kind)
    return Made(final, about, removed)


def note(made: Made) -> None:
    """Put the copy on record, in the database that it was made of."""
    about = made.manifest
    with transaction.atomic():
        record(
            audit_actions.BACKED_UP,
            actor=None,
            subject=("backup", about.name, about.name),
            detail={"kind": about.kind, "bytes": about.size, "sha256": about.sha256, "removed": made.removed},
        )


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _copied(copy: Path, there: Path, say: Say) -> Contents:
    if connection.vendor == "sqlite":
        size = sqlite.size(database_file())
        folder.needs(there, size)
        say(f"Copying {database_file()} ({megabytes(size)}) …")
        return sqlite.copy(database_file(), copy, _Progress(say, 100, _STEP, "{:.0f} %").share)
    postgres.program("pg_dump"), postgres.program("pg_restore")
    say(f"Copying the PostgreSQL database ({megabytes(postgres.size())}) …")
    return postgres.copy(copy, _Progress(say, 0, _MEGABYTES, "{:.0f} MB written").bytes)


def _compare(source: Contents, copied: Contents) -> None:
    """Raises Trouble where the copy does not hold what the database held at the moment of the copy."""
    for table, count in source.rows.items():
        if copied.rows.get(table) != count:
            raise Trouble(
                f"The copy was thrown away: it has {copied.rows.get(table, 'none')} of the {count} rows of "
                f"{table}. Try again; if that happens again, check the disk and the memory of this machine."
            )
    if (source.audit_rows, source.audit_last, source.audit_wrong) != (
        copied.audit_rows,
        copied.audit_last,
        copied.audit_wrong,
    ):
        raise Trouble("The copy was thrown away: its audit log is not that of the database. Try again.")


def _about(copy: Path, there: Path, kind: str, contents: Contents) -> Manifest:
    vendor = connection.vendor
    return Manifest(
        name=folder.free_name(there, ENDINGS[vendor]),
        kind=kind,
        made=timezone.now().isoformat(timespec="seconds"),
        version=manifest.version(),
        engine=vendor,
        engine_version=sqlite.version() if vendor == "sqlite" else postgres.version(),
        size=copy.stat().st_size,
        sha256=manifest.sha256(copy),
        database=manifest.this_database(),
        key=manifest.this_key(),
        contents=contents,
    )


class _Progress:
    """Words of progress, not too many."""

    def __init__(self, say: Say, end: float, step: float, words: str) -> None:
        self._say, self._end, self._step, self._words, self._next = say, end, step, words, step

    def share(self, done: float) -> None:
        self._at(done * 100)

    def bytes(self, written: int) -> None:
        self._at(written / 1e6)

    def _at(self, value: float) -> None:
        if value >= self._next and (not self._end or value < self._end):
            self._next = value - value % self._step + self._step
            self._say(f"  {self._words.format(value)}")
