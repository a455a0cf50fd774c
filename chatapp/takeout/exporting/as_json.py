"""Our JSON: one file, one conversation a line, so that it can be read as it comes."""

from collections.abc import Iterator, Sequence

import orjson

from chatapp.conversations.models import Conversation, Folder

from . import choose
from .document import documents, header


def stream(ids: Sequence[int]) -> Iterator[bytes]:
    """The file of these conversations, in pieces. Equal rows give equal bytes."""
    used = Conversation.objects.filter(pk__in=ids) if len(ids) <= choose.BATCH else None
    folders = Folder.objects.filter(owner__in=_owners(ids)).order_by("id")
    if used is not None:
        folders = folders.filter(conversations__in=used).distinct()
    yield _dump(header(list(folders)))[:-1] + b',"conversations":['
    separator = b"\n"
    for batch in choose.batches(ids):
        lines = []
        for document in documents(batch):
            lines.append(separator + _dump(document))
            separator = b",\n"
        yield b"".join(lines)
    yield b"\n]}\n"


def _owners(ids: Sequence[int]) -> list[int]:
    return list(Conversation.objects.filter(pk__in=ids[:1]).values_list("owner_id", flat=True))


def _dump(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
