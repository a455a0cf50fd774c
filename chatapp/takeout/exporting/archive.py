"""Many conversations as a ZIP of one file each, written while it is sent."""

import zipfile
from collections.abc import Callable, Iterator, Sequence

from chatapp.conversations.models import Conversation

from . import choose
from .names import Unique, stem

# What a ZIP can say.
EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)


class Pipe:
    """What the ZIP has written and nobody has taken yet. It cannot be sought in, so sizes come after the data."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        data, self._parts = b"".join(self._parts), []
        return data


def stream(ids: Sequence[int], ending: str, document: Callable[[Conversation], str]) -> Iterator[bytes]:
    pipe, names = Pipe(), Unique()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for batch in choose.batches(ids):
            for conversation in batch:
                moment = min(max(EARLIEST, conversation.updated.timetuple()[:6]), LATEST)
                entry = zipfile.ZipInfo(names.name(stem(conversation), ending), moment)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, document(conversation))
                yield pipe.take()
    yield pipe.take()
