"""Reading what somebody shared by a link, and going on with it. Who holds the address may read; no session needed.

Nothing of it is kept anywhere: the rows are asked at every reading, so that a link that was revoked is gone.
"""

import time
import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from chatapp.accounts.access import member_required
from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.rendering import render as markdown
from chatapp.conversations.transcript import Turn
from chatapp.sharing.address import find
from chatapp.sharing.models import Share
from chatapp.sharing.take import take

from .. import runs
from ..answers import too_many

MESSAGES = 100  # on one page: drawing more at once would cost whoever asks often too little
READS_PER_MINUTE = 120
CUT = _("This answer was not finished.")
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # Not no-referrer: with it browsers send `Origin: null` with the form, which the CSRF check refuses.
    "Referrer-Policy": "strict-origin",
}


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    if _reads_too_much(request):
        return _answer(request, "share/busy.html", {}, status=429)
    link = find(token)
    if link is None:
        return _gone(request)
    if _asks_to_sign_in(link) and not request.user.is_authenticated:
        return _with_headers(redirect_to_login(request.get_full_path()))
    number = _number(request.GET.get("page", "1"))
    first = (number - 1) * MESSAGES
    entries = link.content[first : first + MESSAGES]
    if not entries:
        return _gone(request)
    context = {
        "token": token,
        "link": link,
        "owner": link.conversation.owner.get_full_name() if link.with_name else "",
        "turns": [turn_of(entry, first + n) for n, entry in enumerate(entries, 1)],
        "page": number,
        "pages": -(-len(link.content) // MESSAGES),
        "copy": uuid.uuid4(),
    }
    return _answer(request, "share/page.html", context)


@require_POST
@member_required
def take_copy(request: HttpRequest, token: str) -> HttpResponse:
    """Field `copy`: the key of the new conversation, so that two presses make one."""
    if too_many(request.user.pk):
        return _answer(request, "share/busy.html", {}, status=429)
    link = find(token)
    try:
        key = UUID(request.POST.get("copy", ""))
        copy = take(request.user, link, key) if link else None
    except (ValueError, Refused):
        copy = None
    if copy is None:
        return _gone(request)
    runs.changed(copy)
    return redirect("chat:conversation", copy.key)


def turn_of(entry: dict[str, Any], number: int) -> Turn:
    """An entry of a link's content as the message template takes it; its id counts the messages."""
    is_answer = entry["role"] == Message.Role.ASSISTANT
    return Turn(
        id=UUID(int=number),
        role=entry["role"],
        text=entry["text"],
        html=markdown(entry["text"]) if is_answer else "",
        created=timezone.now(),
        weight=Message.Weight.AUTO,
        reasoning=entry.get("reasoning", ""),
        state="interrupted" if entry.get("cut") else "complete" if is_answer else "",
        label=str(CUT) if entry.get("cut") else "",
    )


def _asks_to_sign_in(link: Share) -> bool:
    return link.audience != Share.Audience.ANYONE or not settings.SHARE_PUBLIC


def _reads_too_much(request: HttpRequest) -> bool:
    """Whether this member, or this address without a session, has read too often in this minute and process."""
    who = request.user.pk if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")
    key = f"shared:{who}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > READS_PER_MINUTE
    except ValueError:  # it expired in between
        return False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _gone(request: HttpRequest) -> HttpResponse:
    return _answer(request, "share/gone.html", {}, status=404)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return _with_headers(render(request, template, context, status=status))


def _with_headers(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    return response
