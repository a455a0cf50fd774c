"""What the sidebar shows at once: the pinned, the folders, the recent; or one of the other shelves."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..models import Folder
from .rows import PAGE, Row, page
from .shelves import PINNED, RECENT, Shelf

IN_FOLDER = 6  # rows of an open folder at first; more on request
MOST_OPEN = 10  # folders that are open at first; the others open by a press, so that the page stays quick


@dataclass(frozen=True, slots=True)
class Section:
    shelf: Shelf
    title: str
    rows: list[Row] = field(default_factory=list)
    next_cursor: str = ""
    is_open: bool = True


def sections(owner, view: Shelf = RECENT, *, closed: Collection[str] = (), size: int = PAGE) -> list[Section]:
    """`view`: RECENT for the chats as they are put in order, or the one shelf to show.

    `closed`: keys of folders that are shown without rows. `size`: rows of the list that is paged.
    """
    if view != RECENT:
        rows, next_cursor = page(owner, "", view, size)
        return [Section(view, view.tag or view.name, rows, next_cursor)]
    pinned, more = page(owner, "", PINNED)
    found = [Section(PINNED, _("Pinned"), pinned, more)]
    open_ones = 0
    for folder in Folder.objects.filter(owner=owner).order_by("name", "id").only("key", "name"):
        shelf = Shelf("folder", folder.key)
        is_open = str(folder.key) not in closed and open_ones < MOST_OPEN
        open_ones += is_open
        rows, more = page(owner, "", shelf, IN_FOLDER) if is_open else ([], "")
        found.append(Section(shelf, folder.name, rows, more, is_open))
    rows, more = page(owner, "", RECENT, size)
    return [*found, Section(RECENT, _("Recent"), rows, more)]
