"""Which conversations are taken along."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from chatapp.conversations.models import Conversation

BATCH = 20
PAGE = 100


def every(owner) -> list[int]:
    """The ids of all conversations of `owner`, oldest first; not those deleted, temporary or never begun."""
    return list(_lasting(owner).order_by("id").values_list("id", flat=True))


def some(owner, keys: Iterable[UUID]) -> list[int]:
    """Those of them with these keys; keys that are not the owner's are as good as not there."""
    wanted = set(keys)
    found = _lasting(owner).order_by("id").values_list("id", "key")
    return [pk for pk, key in found.iterator() if key in wanted]


def batches(ids: Sequence[int]) -> Iterator[list[Conversation]]:
    """The rows, BATCH at a time, in the order of `ids`; without those deleted meanwhile."""
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        rows = Conversation.objects.filter(pk__in=part, deleted_at=None).select_related("folder")
        yield list(rows.prefetch_related("tags").order_by("id"))


def _lasting(owner):
    return Conversation.objects.of(owner).filter(expires_at=None).exclude(leaf=None)


def page(owner, before: int | None) -> list[Conversation]:
    """PAGE of them to choose from, the newest first; those older than the id `before`, if given."""
    found = _lasting(owner) if before is None else _lasting(owner).filter(id__lt=before)
    return list(found.only("id", "key", "title", "created").order_by("-id")[:PAGE])
