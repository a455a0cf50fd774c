"""Exports: what is to be taken along, the way there, and the file."""

from uuid import UUID

from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from chatapp.accounts import access
from chatapp.accounts.access import MemberRequest
from chatapp.chat.streaming import in_pieces
from chatapp.review import filters, listing, reasons, scope
from chatapp.review.exporting import begin as beginning
from chatapp.review.exporting import stream
from chatapp.review.listing import Selection
from chatapp.review.models import Export
from chatapp.review.refused import NoRight
from chatapp.review.visit import session_hash

from ..answers import reads, selection_of, session_of, writes
from ..words import chips
from .listing import last_reason, remember_reason


@reads
def page(request: MemberRequest) -> HttpResponse:
    _needs_right(request)
    selection = selection_of(request, exporting=True)
    context = {
        "counts": listing.counts(selection),
        "chips": chips(selection),
        "query": selection.query,
        "forms": Export.Form.choices,
        "reason": last_reason(request),
        "longest_reason": reasons.LONGEST,
    }
    return render(request, "review/export.html", context)


@writes
def begin_export(request: MemberRequest) -> HttpResponse:
    """Fields `form`, `reason`, and `query`: what is selected."""
    _needs_right(request)
    selection = selection_of(request, QueryDict(request.POST.get("query", "")), exporting=True)
    export = beginning.begin(
        request.user,
        request.POST.get("form", ""),
        selection,
        request.POST.get("reason", ""),
        session_of(request),
    )
    remember_reason(request, export.reason)
    return JsonResponse(
        {
            "file": reverse("desk:export_file", args=[export.key]),
            "state": reverse("desk:export_state", args=[export.key]),
        }
    )


@reads
def state(request: MemberRequest, key: UUID) -> HttpResponse:
    export = get_object_or_404(Export, reviewer=request.user, key=key)
    return render(request, "review/_export.html", {"export": export})


@reads
def file(request: MemberRequest, key: UUID) -> HttpResponseBase:
    """The file itself, once: what was recorded is what is sent."""
    _needs_right(request)
    export = stream.claim(request.user, key, session_hash(session_of(request)))
    if export is None:
        raise Http404
    wanted = filters.read(QueryDict(export.query))
    selection = Selection(scope.of(request.user, exporting=True), wanted, export.look)
    answer = StreamingHttpResponse(in_pieces(stream.pieces(export, selection)), content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, f"{export.begun:%Y-%m-%d} {export.form}.zip")
    return answer


def _needs_right(request: MemberRequest) -> None:
    if not access.may_export(request.user):
        raise NoRight(beginning.no_right())
