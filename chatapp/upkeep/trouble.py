"""What goes wrong, in words for the person at the terminal."""

import errno
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Trouble(Exception):
    """`str()` says what is wrong and what to do."""


class InUse(Trouble):
    """A server, or another program, works on the data."""


class NoProgram(Trouble):
    """A program of PostgreSQL's is missing, or too old."""


def no_room(folder: Path) -> Trouble:
    return Trouble(
        f"There is no room for the copy in {folder}: the disk is full, or so large a file is not allowed. "
        "Nothing was left there. Free some space, or name a folder on another disk with --to."
    )


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """What the system and SQLite raise while a copy is written into `folder`, as Trouble."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(folder) from None
        raise Trouble(f"{error.filename or folder}: {error.strerror}.") from None
    except sqlite3.Error as error:
        # A limit on the size of files looks like any other failed write to SQLite.
        if _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise no_room(folder) from None
        raise Trouble(f"SQLite could not copy the database: {error}. Nothing was left in {folder}.") from None


def died_of_no_room(returncode: int, said: str) -> bool:
    """Whether another program ended because its file could not grow."""
    return returncode == -signal.SIGXFSZ or "No space left" in said or "File too large" in said


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
