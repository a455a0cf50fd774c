"""The sidebar's lists, as the templates know them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chatapp.conversations import listing
from chatapp.conversations.ordering import folders


def asked_for(request: HttpRequest) -> listing.Shelf:
    """The shelf that the address names: `of`, with `folder` or `tag`."""
    fields = request.GET
    return listing.shelf_of(fields.get("of", ""), fields.get("folder", ""), fields.get("tag", ""))


def shelves(request: HttpRequest) -> dict[str, Any]:
    """The view that the address names. `size`: how many rows of its long list the page had."""
    view = asked_for(request)
    size = request.GET.get("size", "")
    rows = min(int(size), 10_000) if size.isascii() and size.isdigit() and len(size) < 6 else listing.PAGE
    return {
        "view": view,
        "trash_days": settings.TRASH_DAYS,
        "sections": listing.sections(
            request.user, view, closed=folders.closed_ones(request.user), size=max(rows, listing.PAGE)
        ),
    }
