"""Your data: conversations taken along as files, and brought in."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from chatapp.accounts.retold import retold
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import Refused
from chatapp.takeout.exporting import archive, as_html, as_json, as_markdown, choose, names
from chatapp.takeout.exporting.shown import turns
from chatapp.takeout.importing import places, upload
from chatapp.takeout.importing.report import in_words

from .. import runs
from ..answers import deed, done, get_page, own_conversation, post
from ..streaming import in_pieces

TYPES = {"markdown": "text/markdown", "json": "application/json", "html": "text/html"}
ENDINGS = {"markdown": "md", "json": "json", "html": "html"}
PART = 2 * 1024 * 1024  # bytes of an upload at once; less if bodies must be shorter


# ── out ──────────────────────────────────────────────────────────────────────────────────────


@get_page
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dialog that asks in which form."""
    return render(request, "takeout/_take.html", {"conversation": own_conversation(request, key)})


@get_page
def export_one(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    form = request.GET.get("form", "markdown")
    if form not in TYPES:
        raise Http404
    if form == "json":
        body: Any = b"".join(as_json.stream([conversation.pk]))
    else:
        body = (as_markdown if form == "markdown" else as_html).document(conversation)
    answer = HttpResponse(body, content_type=f"{TYPES[form]}; charset=utf-8")
    return _as_file(answer, f"{names.stem(conversation)}.{ENDINGS[form]}")


@get_page
def print_view(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    context = {
        "conversation": conversation,
        "turns": as_html.with_html(turns(conversation)),
        "with_reasoning": "reasoning" in request.GET,
    }
    return render(request, "takeout/print.html", context)


@post
def export_many(request: HttpRequest) -> HttpResponse:
    """All of the member's conversations, or those named by `conversations` (keys with commas between)."""
    form = request.POST.get("form", "json")
    if form not in TYPES:
        raise Refused(_("Choose Markdown, JSON or HTML."), "form")
    if request.POST.get("which") == "some":
        ids = choose.some(request.user, _keys(request.POST.get("conversations", "")))
    else:
        ids = choose.every(request.user)
    if not ids:
        messages.error(request, _("There was no chat to export. Choose at least one."))
        return redirect("chat:data")
    pieces: Iterator[bytes] = as_json.stream(ids)
    kind, ending = "application/json", "json"
    if form != "json":
        document = _as_here(as_markdown.document if form == "markdown" else as_html.document)
        pieces, kind, ending = archive.stream(ids, ENDINGS[form], document), "application/zip", "zip"
    answer: Any = StreamingHttpResponse(in_pieces(pieces), content_type=kind)
    return _as_file(answer, f"{datetime.date.today():%Y-%m-%d} Chatapp.{ending}")


def _as_here(document: Callable[[Conversation], str]) -> Callable[[Conversation], str]:
    """The documents are made while they are sent, in threads without a reader: in this one's language and zone."""
    language, zone = get_language(), timezone.get_current_timezone()

    def made(conversation: Conversation) -> str:
        with override(language), timezone.override(zone):
            return document(conversation)

    return made


def _as_file(answer: HttpResponseBase, name: str) -> Any:
    answer["Content-Disposition"] = content_disposition_header(True, name)
    # Should a browser show it all the same: as nobody's page, with no script.
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return answer


def _keys(text: str) -> list[UUID]:
    found = []
    for part in text.split(","):
        try:
            found.append(UUID(part.strip()))
        except ValueError:
            continue
    return found


# ── the page ─────────────────────────────────────────────────────────────────────────────────


@get_page
def data(request: HttpRequest) -> HttpResponse:
    context = {
        **_import_context(request),
        "count": len(choose.every(request.user)),
        "most_mb": settings.IMPORT_MAX_MB,
        "part": min(PART, settings.MAX_BODY_BYTES // 2),
    }
    return render(request, "takeout/data.html", context)


@get_page
def data_chats(request: HttpRequest) -> HttpResponse:
    """Rows to choose from, the newest first."""
    before = request.GET.get("before", "")
    found = choose.page(request.user, int(before) if before.isdecimal() and len(before) < 19 else None)
    return render(request, "takeout/_chats.html", {"chats": found, "more": len(found) == choose.PAGE})


# ── in ───────────────────────────────────────────────────────────────────────────────────────


@get_page
def import_state(request: HttpRequest) -> HttpResponse:
    context = {**_import_context(request), "is_news": True}
    if context["job"] and context["job"].state == context["job"].State.DONE:
        context["count"] = len(choose.every(request.user))
    return render(request, "takeout/_import.html", context)


@get_page
def import_skips(request: HttpRequest) -> HttpResponse:
    """The whole list of what is left out, as a text file."""
    job = upload.current(request.user)
    path = places.list_of(job) if job else None
    text = path.read_bytes() if path and path.exists() else b""
    return _as_file(HttpResponse(text, content_type="text/plain; charset=utf-8"), _("Not imported.txt"))


@post
def import_begin(request: HttpRequest) -> HttpResponse:
    size = request.POST.get("size", "")
    if not size.isascii() or not size.isdigit() or len(size) > 15:
        raise Refused(_("Choose a file."), "file")
    job = upload.begin(request.user, request.POST.get("name", ""), int(size))
    return JsonResponse({"received": job.received})


@deed
def import_part(request: HttpRequest) -> HttpResponse:
    """The bytes of the file from `at` on, as the body; not counted among the posts of a minute."""
    at = request.GET.get("at", "")
    if not at.isascii() or not at.isdigit() or len(at) > 15:
        raise Refused(_("This page is out of date. Reload it and choose the file again."))
    try:
        body = request.body
    except RawPostDataException:
        raise Refused(_("This is not a part of a file.")) from None
    return JsonResponse({"received": upload.receive(request.user, int(at), body)})


@post
def import_check(request: HttpRequest) -> HttpResponse:
    upload.check(request.user)
    runs.import_soon()
    return done()


@post
def import_start(request: HttpRequest) -> HttpResponse:
    upload.bring(request.user)
    runs.import_soon()
    return done()


@post
def import_cancel(request: HttpRequest) -> HttpResponse:
    upload.cancel(request.user)
    runs.import_soon()
    return done()


def _import_context(request: HttpRequest) -> dict[str, Any]:
    job = upload.current(request.user)
    if job is None:
        return {"job": None}
    return {
        "job": job,
        "skips": in_words(job.report),
        "error": retold(job.error),
        "has_list": places.list_of(job).exists(),
        "percent": min(100, job.done * 100 // job.total) if job.total else 0,
        "uploaded": min(100, job.received * 100 // job.size) if job.size else 0,
    }
