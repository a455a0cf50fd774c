"""Making links to a conversation, seeing them, ending them: the owner's side. The readers' is shared.py."""

import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.access import is_navigation
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import Refused
from chatapp.sharing.address import shown_again
from chatapp.sharing.models import Share
from chatapp.sharing.revoke import revoke
from chatapp.sharing.share import share, snapshot

from ..answers import get_page, own_conversation, post

PAGE = 50
DAYS = {"1": 1, "7": 7, "30": 30}


@get_page
def dialog(request: HttpRequest, key: UUID) -> HttpResponse:
    """What would be visible, the choices, and the links there are."""
    return _dialog(request, own_conversation(request, key))


@post
def make(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dialog again, with the new link."""
    conversation = own_conversation(request, key)
    made = share(
        conversation,
        audience=request.POST.get("audience", ""),
        expires_at=_end(request.POST.get("until", ""), request.POST.get("date", "")),
        with_reasoning="reasoning" in request.POST,
        with_name="name" in request.POST,
    )
    return _dialog(request, conversation, made)


@post
def revoke_link(request: HttpRequest, key: UUID) -> HttpResponse:
    """Field `link`: which. The dialog again; a form of the page of all links goes back there."""
    conversation = own_conversation(request, key)
    try:
        revoke(conversation, UUID(request.POST.get("link", "")))
    except ValueError:
        raise Refused(_("There is no such link. Reload the page."), "link") from None
    if is_navigation(request):
        messages.success(request, _("The link is revoked. Whoever opens it is told that it does not work."))
        return redirect("chat:shared")
    return _dialog(request, conversation)


@get_page
def mine(request: HttpRequest) -> HttpResponse:
    """All open links of the member, newest first."""
    found = Share.objects.of(request.user)
    try:
        found = found.filter(pk__lt=int(request.GET.get("before", ""))) if "before" in request.GET else found
    except ValueError:
        found = found.none()
    links = list(found[: PAGE + 1])
    context = {"links": _links(links[:PAGE]), "before": links[PAGE - 1].pk if len(links) > PAGE else None}
    return render(request, "share/mine.html", context | {"public": settings.SHARE_PUBLIC})


def _dialog(request: HttpRequest, conversation: Conversation, made: Share | None = None) -> HttpResponse:
    """What cannot be shared now is said in the dialog: its links can be revoked all the same."""
    context: dict[str, Any] = {"conversation": conversation, "public": settings.SHARE_PUBLIC}
    try:
        content = snapshot(conversation, with_reasoning=True)
        context["count"] = len(content)
        context["reasoned"] = sum("reasoning" in entry for entry in content)
    except Refused as refusal:
        context["refusal"] = refusal.sentence
    now = timezone.now()
    context["ends"] = {days: now + datetime.timedelta(days=n) for days, n in DAYS.items()}
    context["tomorrow"] = (now + datetime.timedelta(days=1)).date()
    context["links"] = _links(Share.objects.of(request.user).filter(conversation=conversation))
    context["made"] = made and made.key
    return render(request, "share/_dialog.html", context)


def _links(found: Any) -> list[dict[str, Any]]:
    """Links with their addresses, which begin as people type them and not with what a Host header says."""
    rows = []
    for link in found:
        token = shown_again(link)
        path = reverse("open:shared", args=[token]) if token else ""
        rows.append({"link": link, "address": settings.ALLOWED_ORIGINS[0] + path if path else ""})
    return rows


def _end(until: str, date: str) -> datetime.datetime | None:
    """The moment chosen: after some days, never (None), or the end of a day (UTC, as the page says)."""
    if until in DAYS:
        return timezone.now() + datetime.timedelta(days=DAYS[until])
    if until == "never":
        return None
    try:
        day = datetime.date.fromisoformat(date) if until == "date" else None
        if day is not None:
            midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
            return midnight + datetime.timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise Refused(_("Choose how long the link works."), "date" if until == "date" else "until")
