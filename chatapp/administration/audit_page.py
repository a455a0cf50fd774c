"""The audit log: filtered, page by page, and as a file. Whoever may administer may read it."""

import datetime
from collections.abc import Iterator
from typing import Any

import orjson
from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.audit.actions import ACTIONS
from chatapp.audit.models import Entry, Head
from chatapp.audit.record import Subject, record
from chatapp.chat.streaming import in_pieces
from chatapp.review.exporting import table

from .audit_actions import AUDIT_EXPORTED

PER_PAGE = 50
BATCH = 1000  # rows read at once for a file
COLUMNS = (
    "number", "at", "actor_id", "actor_name", "actor_email", "action", "subject_type", "subject_key",
    "subject_label", "reason", "detail_json", "previous", "hash",
)  # fmt: skip


class FilterForm(forms.Form):
    """What is shown; anything that does not fit counts as not chosen."""

    who = forms.CharField(label=_("Who"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("What"), required=False)
    about = forms.CharField(label=_("On whom or what"), required=False, max_length=200)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    # Of links from other pages: everything about one thing.
    subject_type = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    subject_key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_words = sorted(((code, str(words)) for code, words in ACTIONS.items()), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", _("Everything")), *by_words]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


@require_GET
@admin_required
def audit(request: MemberRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    chosen = form.chosen()
    rows = _rows(chosen).order_by("-number")
    if before := _number(request.GET.get("before")):
        rows = rows.filter(number__lt=before)
    page = list(rows[: PER_PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "filtered": bool(chosen),
        "query": query.urlencode(),
        "entries": page[:PER_PAGE],
        "more": page[PER_PAGE - 1].number if len(page) > PER_PAGE else None,
        "newer": bool(before),
        "head": Head.objects.first(),
    }
    return render(request, "administration/audit.html", context)


@require_POST
@admin_required
def export(request: MemberRequest) -> HttpResponseBase:
    """The filtered rows, oldest first. `form`: csv or jsonl. That it was taken is recorded before it goes out."""
    form = FilterForm(request.POST)
    chosen = form.chosen()
    kind = "csv" if request.POST.get("form") == "csv" else "jsonl"
    with transaction.atomic():
        detail = {"form": kind, "filter": {name: str(value) for name, value in chosen.items()}}
        last = record(AUDIT_EXPORTED, actor=request.user, subject=Subject("audit", "log"), detail=detail).number
    pieces = _csv(chosen, last) if kind == "csv" else _jsonl(chosen, last)
    answer = StreamingHttpResponse(
        in_pieces(pieces), content_type="text/csv; charset=utf-8" if kind == "csv" else "application/x-ndjson"
    )
    answer["Content-Disposition"] = f'attachment; filename="audit-{now():%Y-%m-%d}.{kind}"'
    return answer


def _rows(chosen: dict[str, Any]) -> "QuerySet[Entry]":
    rows = Entry.objects.all()
    if words := chosen.get("who"):
        rows = rows.filter(Q(actor_name__icontains=words) | Q(actor_email__icontains=words))
    if action := chosen.get("action"):
        rows = rows.filter(action=action)
    if words := chosen.get("about"):
        rows = rows.filter(Q(subject_label__icontains=words) | Q(subject_key=words))
    for name in ("subject_type", "subject_key"):
        if name in chosen:
            rows = rows.filter(**{name: chosen[name]})
    if first := chosen.get("first"):
        rows = rows.filter(at__gte=_midnight(first))
    if (last := chosen.get("last")) and last < datetime.date.max:
        rows = rows.filter(at__lt=_midnight(last + datetime.timedelta(days=1)))
    return rows


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, get_current_timezone())


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isascii() and word.isdigit() and len(word) <= 18 else None


def _read(chosen: dict[str, Any], last: int) -> Iterator[Entry]:
    """In batches, so that memory stays flat; up to the row that records the export itself."""
    number = 0
    while batch := list(_rows(chosen).filter(number__gt=number, number__lte=last).order_by("number")[:BATCH]):
        yield from batch
        number = batch[-1].number


def _csv(chosen: dict[str, Any], last: int) -> Iterator[bytes]:
    yield "\ufeff".encode()  # spreadsheets take the file for UTF-8 by it
    yield table.line([column.removesuffix("_json") for column in COLUMNS])
    for entry in _read(chosen, last):
        yield table.line([_cell(entry, column) for column in COLUMNS])


def _jsonl(chosen: dict[str, Any], last: int) -> Iterator[bytes]:
    for entry in _read(chosen, last):
        yield orjson.dumps({column: _cell(entry, column) for column in COLUMNS}) + b"\n"


def _cell(entry: Entry, column: str) -> Any:
    """As it is hashed: with these values the chain can be checked outside, too."""
    if column == "at":
        return entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return getattr(entry, column)
