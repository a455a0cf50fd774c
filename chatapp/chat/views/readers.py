"""Who can read my chats, and who did: the line in a chat, and the page."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chatapp.review.readers import past, readers, visits_of

from ..answers import get_page, own_conversation


@get_page
def line(request: HttpRequest, key: UUID) -> HttpResponse:
    found = own_conversation(request, key)
    return render(request, "chat/_visits.html", {"visits": visits_of(found)})


@get_page
def page(request: HttpRequest) -> HttpResponse:
    """With `before` (an id) only the visits that come next."""
    before = request.GET.get("before", "")
    visits, more = past(request.user, int(before) if before.isdecimal() and len(before) < 19 else None)  # type: ignore[arg-type]
    if before and request.htmx:  # type: ignore[attr-defined]
        return render(request, "review/_past.html", {"visits": visits, "more": more})
    context = {
        "readers": readers(request.user),  # type: ignore[arg-type]
        "visits": visits,
        "more": more,
        "trash_days": settings.TRASH_DAYS,
        "temporary_hours": settings.TEMPORARY_HOURS,
        "idle_minutes": settings.REVIEW_IDLE_MINUTES,
    }
    return render(request, "review/readers.html", context)
