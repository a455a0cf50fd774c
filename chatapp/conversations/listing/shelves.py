"""Where a conversation stands, and which conversations stand there."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models import Conversation, Message

# `deleted_at` of what is written and not shown yet (an import under way): nobody has deleted it, and nobody can
# restore or erase it.
NOT_YET = datetime.datetime(3000, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """`name`: pinned, folder, recent, archived, trash or tag."""

    name: str
    folder: UUID | None = None
    tag: str = ""

    @property
    def id(self) -> str:
        """As the page calls it."""
        return f"folder-{self.folder}" if self.folder else self.name

    @property
    def query(self) -> str:
        """Of the address of its rows."""
        fields = {"of": self.name, "folder": self.folder, "tag": self.tag}
        return urlencode({name: value for name, value in fields.items() if value})

    @property
    def by_day(self) -> bool:
        """Whether its rows stand under the days and months of their moments."""
        return self.name not in ("pinned", "folder")

    @property
    def moment(self) -> str:
        """The column it is ordered by."""
        return "deleted_at" if self.name == "trash" else "updated"


RECENT, PINNED, ARCHIVED, TRASH = (Shelf(name) for name in ("recent", "pinned", "archived", "trash"))


def shelf_of(name: str, folder: str = "", tag: str = "") -> Shelf:
    """The shelf that a page asks for; RECENT if there is no such."""
    if name == "tag" and tag:
        return Shelf("tag", tag=tag.replace("\x00", "")[:40])
    if name == "folder":
        try:
            return Shelf("folder", folder=UUID(folder))
        except ValueError:
            return RECENT
    return {"pinned": PINNED, "archived": ARCHIVED, "trash": TRASH}.get(name, RECENT)


def on(owner, shelf: Shelf) -> QuerySet[Conversation]:
    """The conversations of `owner` on the shelf, in no order."""
    listed = begun(Conversation.objects.filter(owner=owner, expires_at=None))
    if shelf.name == "trash":
        return listed.filter(in_trash())
    listed = listed.filter(deleted_at=None)
    if shelf.name == "archived":
        return listed.filter(archived_at__isnull=False)
    listed = listed.filter(archived_at=None)
    if shelf.name == "tag":
        return listed.filter(tags__owner=owner, tags__name=shelf.tag)
    if shelf.name == "pinned":
        return listed.filter(pinned_at__isnull=False)
    if shelf.folder:
        return listed.filter(pinned_at=None, folder__key=shelf.folder, folder__owner=owner)
    return listed.filter(pinned_at=None, folder=None)


def begun(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Without those that only hold settings; one whose messages were all deleted is still there."""
    removed = Message.objects.filter(conversation=OuterRef("pk"), deleted_at__isnull=False)
    return rows.filter(Q(leaf__isnull=False) | Exists(removed))


def place(conversation: Conversation) -> str:
    """The id of the shelf on which a conversation that is not deleted stands; "temporary" stands on none."""
    if conversation.expires_at:
        return "temporary"
    if conversation.archived_at:
        return ARCHIVED.id
    if conversation.pinned_at:
        return PINNED.id
    return Shelf("folder", conversation.folder.key).id if conversation.folder else RECENT.id


def end_of_trash() -> datetime.datetime:
    """What was deleted before this moment is erased."""
    return timezone.now() - datetime.timedelta(days=settings.TRASH_DAYS)


def in_trash() -> Q:
    """Deleted, and not so long ago that it is erased."""
    return Q(deleted_at__gt=end_of_trash(), deleted_at__lt=NOT_YET)
