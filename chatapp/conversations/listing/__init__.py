"""The sidebar's lists: newest first, paged by key, from narrow indexed columns; no message is read.

A conversation stands on one shelf: pinned, its folder, or recent; archived and deleted ones on theirs. A tag
is a second way to find it. Temporary chats stand on none.
"""

from .rows import PAGE, Row, page, row
from .sections import Section, sections
from .shelves import ARCHIVED, PINNED, RECENT, TRASH, Shelf, shelf_of

__all__ = [
    "ARCHIVED",
    "PAGE",
    "PINNED",
    "RECENT",
    "TRASH",
    "Row",
    "Section",
    "Shelf",
    "page",
    "row",
    "sections",
    "shelf_of",
]
