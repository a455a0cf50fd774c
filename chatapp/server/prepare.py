"""What must be so before the first request; each step is quick when there is nothing to do."""

import fcntl
import hashlib
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], None]
_MIGRATION_LOCK = 0x63_68_61_74  # "chat": the number of PostgreSQL's advisory lock
OPEN_FILES = 65_536


def raise_open_files() -> None:
    """As many open files as the system allows us, up to OPEN_FILES: each socket is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def missing_migrations() -> int:
    """How many steps the tables are behind; 0 = up to date."""
    missing = _missing()
    connection.close()
    return missing


def _missing() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(say: Say) -> None:
    """Bring the tables up to date, after a copy of the data; servers that start together do it one by one.

    Raises upkeep's Trouble if the copy could not be made: nothing is changed then.
    """
    if connection.vendor == "sqlite":
        Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    if not missing_migrations():
        return
    with _one_at_a_time():
        missing = _missing()
        if missing:
            # Here: what makes copies is not loaded by a start that changes no tables, which should be a quick one.
            from chatapp.upkeep import before_migrating
            from chatapp.upkeep.backup import note

            copy = before_migrating.copy(say)
            say(f"Preparing the database ({missing} steps) …")
            call_command("migrate", interactive=False, verbosity=0)
            if copy:
                note(copy)
    connection.close()


@contextmanager
def _one_at_a_time() -> Any:
    if connection.vendor != "postgresql":
        yield  # SQLite has one writer; IMMEDIATE transactions queue
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def collect_static(say: Say) -> None:
    """Collect, name by content and compress the static files, when any of them changed since last time."""
    if settings.DEBUG:
        return
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".stamp"
    now = _fingerprint()
    if _read(stamp) == now:
        return
    say("Collecting static files …")
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        # Two servers started together would write the same files; the second finds the work done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _read(stamp) != now:
            # Without --clear: pages and servers of the version before still ask for the old names. In a process of
            # its own: compressing takes 45 MB that this one would keep for as long as it serves.
            program = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            subprocess.run([*program, "collectstatic", "--no-input", "--verbosity", "0"], check=True)
            stamp.write_text(now)


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text()
    except FileNotFoundError:
        return ""


def _fingerprint() -> str:
    """Names and contents of all static files, and the storage that names them."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            content = Path(storage.path(path)).read_bytes()
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
