"""The deed: the data of a copy in the place of the present ones.

Nothing is touched before the copy has been read whole and the present data have been copied, too. On SQLite the
copy is made ready as a file of its own, which then takes the place of the present one from one moment to the next;
PostgreSQL plays it back in one transaction.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader

from chatapp.audit.models import Head
from chatapp.audit.record import record

from . import afterwards, audit_actions, backup, folder, hold, manifest, postgres, sqlite
from .backup import Say, megabytes
from .manifest import Manifest
from .trouble import Trouble, told_of


@dataclass(frozen=True, slots=True)
class Restored:
    before: str  # where the data are that were replaced; "" if there were none
    sessions: int
    interrupted: int  # replies that were running in the copy
    other_key: bool  # it was made under another SECRET_KEY


def inspect(copy: Path) -> Manifest:
    """What the copy says of itself, if it can be restored here. Raises Trouble."""
    if not copy.is_file():
        raise Trouble(f"There is no file {copy}.")
    about = manifest.read(copy)
    if about.engine != connection.vendor:
        raise Trouble(
            f"{copy.name} is of {_NAMES.get(about.engine, about.engine)}, but DATABASE_URL names "
            f"{_NAMES[connection.vendor]}. Restore it into {_NAMES.get(about.engine, about.engine)}."
        )
    unknown = sorted(set(about.contents.migrations) - _known_migrations())
    if unknown:
        raise Trouble(
            f"{copy.name} was made by a newer Chatapp (version {about.version}; this is {manifest.version()} and "
            f"does not know {', '.join(unknown[:3])}{' …' if len(unknown) > 3 else ''}). Install that version, "
            "then restore."
        )
    return about


def refuse_if_in_use() -> None:
    """Raises InUse while a server, or anybody else, works on the data."""
    if connection.vendor == "postgresql":
        postgres.refuse_if_in_use()
        return
    connection.close()
    with hold.alone():
        if hold.database_file().exists():
            with sqlite.exclusively(hold.database_file()):
                pass


def restore(copy: Path, about: Manifest, say: Say) -> Restored:
    """Put the data of `copy` in the place of the present ones; `about` is what `inspect` returned.

    Raises Trouble: damaged, in use, no room; then the present data are as they were.
    """
    _read_whole(copy, about, say)
    refuse_if_in_use()
    return _into_sqlite(copy, about, say) if connection.vendor == "sqlite" else _into_postgres(copy, about, say)


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    replaced = {key for one in loader.disk_migrations.values() for key in one.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def _read_whole(copy: Path, about: Manifest, say: Say) -> None:
    say(f"Reading {copy} ({megabytes(about.size)}) …")
    has = copy.stat().st_size
    if has != about.size:
        raise Trouble(f"{copy.name} is damaged: it has {has:,} of {about.size:,} bytes. Take another backup.")
    if manifest.sha256(copy) != about.sha256:
        raise Trouble(f"{copy.name} is damaged: its content is not what it was. Take another backup.")
    holds = sqlite.check(copy) if connection.vendor == "sqlite" else postgres.check(copy)
    if any(holds.rows.get(table) != count for table, count in about.contents.rows.items()):
        raise Trouble(f"{copy.name} does not hold what the file beside it says. Take another backup.")


def _into_sqlite(copy: Path, about: Manifest, say: Say) -> Restored:
    path = hold.database_file()
    new = path.with_name(f".{path.name}.restoring")
    with hold.alone(), told_of(path.parent):
        folder.drop(new)
        try:
            folder.needs(path.parent, about.size)
            new.touch(0o600)
            shutil.copyfile(copy, new)
            before, end = "", None
            if path.exists() and sqlite.is_readable(path):
                end = _end_of_log()
                connection.close()
                before = str(backup.make(None, say, kind=manifest.RESTORE, keep=0).path)
                connection.close()
            say("Making the copy ready …")
            try:
                with _connected_to(new):
                    told = _ready(about, before, end)
            except Error as error:
                raise Trouble(f"The copy could not be made ready, and nothing was changed: {error}.") from None
            with sqlite.exclusively(path) if path.exists() else nullcontext():
                if path.exists() and not before:
                    with folder.opened(settings.BACKUP_DIR) as there:
                        name = folder.free_name(there, "damaged")
                        before = str(sqlite.set_aside(path, there, name))
                sqlite.put_in_place(new, path)
        finally:
            folder.drop(new)
    return Restored(before, *told, about.key != manifest.this_key())


def _into_postgres(copy: Path, about: Manifest, say: Say) -> Restored:
    before, end = "", None
    if not postgres.is_empty():
        end = _end_of_log()
        before = str(backup.make(None, say, kind=manifest.RESTORE, keep=0).path)
        postgres.refuse_if_in_use()
    say("Playing the backup back …")
    postgres.restore(copy)
    say("Making it ready …")
    try:
        told = _ready(about, before, end)
    except Error as error:
        raise Trouble(
            f"The backup is in the database, but could not be made ready: {error}. Run `manage.py migrate`; or "
            f"restore what was there before: {before or 'nothing'}."
        ) from None
    return Restored(before, *told, about.key != manifest.this_key())


def _ready(about: Manifest, before: str, end: str | None) -> tuple[int, int]:
    """In the restored data: today's tables, no sessions, nothing that runs, and a word of it in the log."""
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        sessions = afterwards.end_all_sessions()
        interrupted = afterwards.interrupt_what_ran()
        record(
            audit_actions.RESTORED,
            actor=None,
            subject=("backup", about.name, about.name),
            detail={
                "made": about.made,
                "sha256": about.sha256,
                "before": Path(before).name,
                # Whoever has noted down a later row of the log that was replaced learns here why it is gone.
                "replaced_log": end,
                "sessions": sessions,
                "interrupted": interrupted,
            },
        )
    connection.close()
    return sessions, interrupted


def _end_of_log() -> str | None:
    """Number and hash of the last row of the present log, if there is one that can be read."""
    if Head._meta.db_table not in connection.introspection.table_names():
        return None
    end = Head.objects.filter(pk=Head.ONLY).first()
    return f"{end.number}:{end.hash}" if end else None


@contextmanager
def _connected_to(path: Path) -> Iterator[None]:
    """Django's connection of this thread goes to another file for a while."""
    connection.close()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")  # one file again
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
