"""The uploaded file, opened: a JSON file, or a ZIP with conversations.json or conversations-000.json, … in it.

A ZIP is unpacked while it is read and never to disk, so that names in it lead nowhere.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chatapp.workersai.words import translatable

from .chat import Shelf
from .splitter import Broken, Splitter

MOST_UNPACKED = 4 * 1024 * 1024 * 1024  # bytes of JSON in one file
LONGEST_DIRECTORY = 8 * 1024 * 1024  # of a ZIP: some 80,000 names
MOST_FILES = 2000  # of conversations in one ZIP
CONVERSATIONS = re.compile(r"(?:^|/)conversations(?:[-_ ]?\d{1,6})?\.json$", re.IGNORECASE)
OURS = re.compile(r"\.json$", re.IGNORECASE)


DAMAGED = translatable("The ZIP file is damaged or of a kind that cannot be read (%(why)s).")
TOO_MANY = translatable("The ZIP file holds more than %(most)s files of conversations.")
TOO_LARGE = translatable("Unpacked, this is more than %(most)s GB of conversations.")
PLACE = translatable("%(sentence)s (Byte %(byte)s.)")
PLACE_IN_FILE = translatable("%(sentence)s (Byte %(byte)s in %(file)s.)")


class Unreadable(Exception):
    """The whole file cannot be imported; `sentence` says why, and where."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(slots=True)
class Opened:
    """One JSON file; `name` is "" unless there are several."""

    name: str
    splitter: Splitter
    before: int  # bytes of JSON in the files before it
    shelves: dict[str, Shelf] | None = None  # the folders it names, once they are known


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, Iterator[Opened]]]:
    """The bytes of JSON in all, and the files one after the other. Raises Unreadable, then and while reading."""
    try:
        with path.open("rb") as file:
            if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
                file.seek(0)
                with zipfile.ZipFile(_Bounded(file)) as archive:
                    entries = _entries(archive)
                    yield sum(e.file_size for e in entries), _unpacked(archive, entries)
            else:
                file.seek(0)
                yield path.stat().st_size, iter([Opened("", Splitter(file.read), 0)])
    except FileNotFoundError:
        raise Unreadable(translatable("The uploaded file is gone. Upload it again.")) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError) as error:
        raise Unreadable(DAMAGED % {"why": _why(error)}) from None


def place_of(broken: Broken, file: Opened) -> str:
    place = {"sentence": broken.sentence, "byte": f"{broken.at:,}", "file": file.name}
    return (PLACE_IN_FILE if file.name else PLACE) % place


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [e for e in archive.infolist() if CONVERSATIONS.search(e.filename) and not e.is_dir()]
    if not entries:
        # A file of ours, packed by hand, may have any name.
        entries = [e for e in archive.infolist() if OURS.search(e.filename) and "/" not in e.filename]
        if len(entries) != 1:
            raise Unreadable(
                translatable(
                    "There is no conversations.json in this ZIP file, and no conversations-000.json either."
                )
            )
    if len(entries) > MOST_FILES:
        raise Unreadable(TOO_MANY % {"most": f"{MOST_FILES:,}"})
    if sum(e.file_size for e in entries) > MOST_UNPACKED:
        raise Unreadable(TOO_LARGE % {"most": MOST_UNPACKED // 1024**3})
    for entry in entries:
        if entry.flag_bits & 1:
            raise Unreadable(
                translatable("The ZIP file is locked with a password. Unpack it and upload what is in it.")
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(
                translatable("The ZIP file is packed in an unusual way. Unpack it and upload what is in it.")
            )
    return sorted(entries, key=lambda e: e.filename)


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Opened]:
    before = 0
    for entry in entries:
        with archive.open(entry) as file:
            # zipfile reads no more than `file_size` bytes of an entry, whatever is packed there.
            yield Opened(entry.filename.rsplit("/", 1)[-1][:100], Splitter(file.read), before)
        before += entry.file_size


def _why(error: Exception) -> str:
    return str(error).strip(".")[:200] or type(error).__name__


class _Bounded:
    """A file that gives no more than so much at once: zipfile reads the whole directory of a ZIP into memory."""

    def __init__(self, file: IO[bytes]):
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, LONGEST_DIRECTORY + 1) if size >= 0 else LONGEST_DIRECTORY + 1)
        if len(data) > LONGEST_DIRECTORY:
            raise zipfile.BadZipFile("its list of files is too long")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
