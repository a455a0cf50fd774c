"""SQLite: a copy of one moment while others write, and one file in the place of another."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .contents import Contents, look
from .folder import sync
from .hold import in_use
from .trouble import InUse, Trouble, told_of

PAGES = 4096  # copied between two words of progress
WAITS = 10.0  # seconds for a lock
BESIDE = ("-wal", "-shm", "-journal")


def size(path: Path) -> int:
    """Bytes of the database with what is not yet in its main file."""
    return sum(p.stat().st_size for p in (path, path.with_name(f"{path.name}-wal")) if p.exists())


def copy(path: Path, to: Path, told: Callable[[float], None]) -> Contents:
    """Write what the database holds at this moment into the file `to`; returns what that is.

    The reading transaction is begun before the first page: so writers are not held up, and do not send the copy
    back to its beginning either. `told` hears the share that is done. Raises sqlite3.Error.
    """
    with closing(_open(path)) as source, closing(_open(to)) as target:
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("PRAGMA synchronous=OFF")  # folder.settle() syncs the whole
        source.execute("BEGIN")
        contents = _look(source)
        source.backup(target, pages=PAGES, progress=lambda _s, left, all_: told(1 - left / max(1, all_)))
        source.execute("ROLLBACK")
    with closing(_open(to)) as target:
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it
    return contents


def check(path: Path) -> Contents:
    """Read all of a copy; returns what it holds. Raises Trouble if it is not whole."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copied:
            said = [row[0] for row in copied.execute("PRAGMA integrity_check(3)")]
            if said != ["ok"]:
                raise Trouble(f"{path.name} is damaged: {'; '.join(said)}.")
            return _look(copied)
    except sqlite3.DatabaseError as error:
        raise Trouble(f"{path.name} is damaged, or no SQLite database: {error}.") from None


def version() -> str:
    return sqlite3.sqlite_version


def is_readable(path: Path) -> bool:
    """Whether there is a database that a copy can be made of."""
    try:
        with closing(_open(path)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """With nobody else at the database, and all of it in its one file. Raises InUse.

    A database that leaves the WAL must have no other connection: so SQLite says itself whether there is one. One
    that cannot be read any more is not asked.
    """
    database = sqlite3.connect(path, isolation_level=None, timeout=0.5)
    try:
        try:
            database.execute("PRAGMA journal_mode=DELETE").fetchone()
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise InUse(in_use(f"Another program has {path.name} open", path)) from None
        except sqlite3.DatabaseError:
            pass
        yield
    finally:
        database.close()


def set_aside(path: Path, folder: Path, name: str) -> Path:
    """Copy the files of a database that SQLite cannot read, as they are, for whoever wants to save something.

    Raises Trouble.
    """
    kept = folder / name
    with told_of(folder):
        for end in ("", *BESIDE):
            if (file := path.with_name(path.name + end)).exists():
                to = kept.with_name(kept.name + end)
                shutil.copyfile(file, to)
                os.chmod(to, 0o600)
                sync(to)
    return kept


def put_in_place(new: Path, path: Path) -> None:
    """Let `new` be the database from one moment to the next. What lies beside the old one goes first: SQLite would
    take an old log for part of the new file. Raises OSError.
    """
    was = (path if path.exists() else path.parent).stat()
    if os.geteuid() == 0:
        os.chown(new, was.st_uid, was.st_gid)  # the server is another user
    sync(new)
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
    new.replace(path)
    sync(path.parent)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=WAITS)


def _look(database: sqlite3.Connection) -> Contents:
    present = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return look(database.execute, present)
