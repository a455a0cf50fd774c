"""Where copies lie."""

import datetime
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from .manifest import NAME, Manifest, beside, read, this_database
from .trouble import Trouble, no_room, told_of

_PARTIAL = ".chatapp-partial-"


@contextmanager
def opened(folder: Path) -> Iterator[Path]:
    """The folder, made with mode 0700 if it was missing, for one maker of copies at a time. What a maker that was
    killed has left there is removed. Raises Trouble.
    """
    with told_of(folder):
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
        lock = os.open(folder / ".chatapp-lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble(f"Another backup is being made in {folder}. Try again when it is done.") from None
        for left in folder.glob(f"{_PARTIAL}*"):
            left.unlink(missing_ok=True)
        yield folder
    finally:
        os.close(lock)


def partial(folder: Path) -> Path:
    """An empty file that only its owner may read, for a copy that is not finished."""
    path = folder / f"{_PARTIAL}{os.getpid()}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def drop(path: Path) -> None:
    """Remove an unfinished copy and what SQLite may have put beside it."""
    for end in ("", "-journal", "-wal", "-shm", ".json"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def free_name(folder: Path, ending: str) -> str:
    """`chatapp-YYYYMMDD-HHMMSS.ending` in UTC, of a second that no copy has yet."""
    at = timezone.now()
    while (folder / (name := f"chatapp-{at:%Y%m%d-%H%M%S}.{ending}")).exists():
        at += datetime.timedelta(seconds=1)
    return name


def needs(folder: Path, size: int) -> None:
    """Raises Trouble if there is less room than `size` bytes: better before the work than after it."""
    if shutil.disk_usage(folder).free < size:
        raise no_room(folder)


def settle(partial_copy: Path, final: Path, manifest: Manifest) -> None:
    """Give a finished copy its name, last of all and for good. Raises OSError."""
    os.chmod(partial_copy, 0o600)
    sync(partial_copy)
    about = beside(partial_copy)
    manifest.write(about)
    sync(about)
    about.rename(beside(final))
    partial_copy.rename(final)
    sync(final.parent)


def sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def copies(folder: Path) -> list[tuple[Path, Manifest]]:
    """The copies of this database that were made here, oldest first. Other files are not looked at."""
    found = []
    for path in sorted(folder.glob("chatapp-*")) if folder.is_dir() else ():
        if not NAME.fullmatch(path.name):
            continue
        try:
            manifest = read(path)
        except Trouble:
            continue
        if manifest.name == path.name and manifest.database == this_database():
            found.append((path, manifest))
    return found


def prune(folder: Path, keep: int, kind: str) -> list[str]:
    """Remove all copies of this kind but the newest `keep`; 0 keeps all. Returns the names of those removed."""
    ours = [path for path, manifest in copies(folder) if manifest.kind == kind]
    old = ours[:-keep] if keep else []
    for path in old:
        path.unlink()
        beside(path).unlink(missing_ok=True)
    return [path.name for path in old]
