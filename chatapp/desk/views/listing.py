"""The list over the reviewer's scope."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from chatapp.accounts import access
from chatapp.accounts.access import MemberRequest
from chatapp.conversations.finding import snippets
from chatapp.conversations.finding.query import Term, parse
from chatapp.conversations.finding.saying import newest_saying
from chatapp.conversations.models import Message
from chatapp.review import filters, listing, look, reasons, saved, visit
from chatapp.review.listing import Row, Selection
from chatapp.review.models import Visit

from ..answers import reads, selection_of, session_of, with_query, writes
from ..words import chips, choices, grants_of


@reads
def page(request: MemberRequest) -> HttpResponse:
    """The page, or with `after` (a cursor) the rows that come next."""
    selection = selection_of(request)
    rows, more = listing.page(selection, request.GET.get("after", ""))
    opened = visit.open_among(request.user, [row.id for row in rows], session_of(request))
    said = _said(selection, rows)
    context: dict[str, Any] = {
        "rows": [_shown(row, said.get(row.id), opened.get(row.id)) for row in rows],
        "query": selection.query,
        "more": more,
    }
    if "after" in request.GET and request.htmx:  # type: ignore[attr-defined]
        return render(request, "review/_rows.html", context)
    context |= {
        "selection": selection,
        "filter": selection.wanted,
        "counts": listing.counts(selection),
        "chips": chips(selection),
        "choices": choices(selection.scope),
        "grants": grants_of(request.user),
        "may_export": access.may_export(request.user),
        "is_empty_scope": selection.scope.is_empty,
        "reason": last_reason(request),
        "longest_reason": reasons.LONGEST,
        "is_over": bool(request.GET.get("look")) and selection.look is None,
    }
    return render(request, "review/list.html", context)


@writes
def begin_look(request: MemberRequest) -> HttpResponse:
    """Search for `words`, or a `member`, or both, for a `reason`; `query` is the filter that stays."""
    found = look.begin(
        request.user,
        request.POST.get("words", ""),
        request.POST.get("member", ""),
        request.POST.get("reason", ""),
        session_of(request),
    )
    remember_reason(request, found.reason)
    selection = Selection(
        selection_of(request).scope, filters.read(QueryDict(request.POST.get("query", ""))), found
    )
    return JsonResponse({"url": with_query(reverse("desk:list"), selection.query)})


@reads
def views(request: MemberRequest) -> HttpResponse:
    """The saved views with their counts."""
    selection = selection_of(request)
    found = []
    for view in saved.of(request.user):
        counts = listing.counts(Selection(selection.scope, filters.read(QueryDict(view.query))))
        found.append({"view": view, "counts": counts, "is_current": view.query == selection.wanted.query})
    return render(request, "review/_views.html", {"views": found})


@writes
def save_view(request: MemberRequest) -> HttpResponse:
    wanted = filters.read(QueryDict(request.POST.get("query", "")))
    saved.save(request.user, request.POST.get("name", ""), wanted)
    return JsonResponse({"url": with_query(reverse("desk:list"), wanted.query)})


@writes
def forget_view(request: MemberRequest, key: UUID) -> HttpResponse:
    saved.forget(request.user, key)
    return JsonResponse({"url": reverse("desk:list")})


def last_reason(request: MemberRequest) -> str:
    """What was given last in this session, to be given again by Enter."""
    return request.session.get("review_reason", "")


def remember_reason(request: MemberRequest, reason: str) -> None:
    request.session["review_reason"] = reason


def _said(selection: Selection, rows: list[Row]) -> dict[int, SafeString]:
    """A few words of each that has those that are searched for. Recorded before they are read."""
    if selection.look is None or not selection.look.words or not rows:
        return {}
    allowed = list(selection.scope.conversations().filter(pk__in=[row.id for row in rows]))
    look.show(selection.look, allowed)
    query = parse(selection.look.words)
    found = newest_saying(query, [one.pk for one in allowed])
    snipped = {pk: _snippet(message, query.terms) for pk, message in found.items()}
    return {pk: words for pk, words in snipped.items() if words is not None}


def _shown(row: Row, said: SafeString | None, here: Visit | None) -> dict[str, Any]:
    return {"key": row.key, "pseudonym": row.pseudonym, "facts": row.facts, "said": said, "visit": here}


def _snippet(message: Message, terms: list[Term]) -> SafeString | None:
    return snippets.snippet(message.text, terms) or snippets.snippet(message.reasoning, terms)
