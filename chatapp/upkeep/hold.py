"""Whether a server works on the data.

PostgreSQL knows who is connected. A server on SQLite holds a lock of the system on a file beside the database from
before its first look until its end, whatever ends it; and SQLite itself says whether anybody has the file open.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from .trouble import InUse

_held: list[int] = []  # for as long as this process lives


def database_file() -> Path:
    return Path(str(connection.settings_dict["NAME"])).absolute()


def serving() -> None:
    """Say that this process serves the data, until it ends. Raises InUse while they are being replaced."""
    if connection.vendor != "sqlite":
        return
    lock = _open()
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise InUse("The data are being restored from a backup. Start again when that is done.") from None
    _held.append(lock)


@contextmanager
def alone() -> Iterator[None]:
    """No server may begin meanwhile. Raises InUse if one runs."""
    lock = _open()
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(in_use("A server runs on these data", database_file())) from None
        yield
    finally:
        os.close(lock)


def in_use(what: str, path: Path) -> str:
    """What is said when somebody works on the file: who, if the system tells, and what to do."""
    who = f" ({'; '.join(found)})" if (found := list(_with_open(path))) else ""
    return f"{what}{who}. Stop it first (Ctrl+C, or `systemctl stop` its service), then try again."


def _open() -> int:
    path = database_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Nothing is in it; whoever may read it can lock it, whoever has made it. Not inherited by what is started.
    return os.open(f"{path}.serving", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _with_open(path: Path) -> Iterator[str]:
    """Processes that have the database open, where there is a /proc that says so."""
    wanted = {str(path), f"{path}.serving", f"{path}-wal"}
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            if wanted & {os.readlink(fd) for fd in (process / "fd").iterdir()}:
                yield f"process {process.name}"
        except OSError:
            continue  # gone, or another user's
