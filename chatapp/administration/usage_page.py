"""What the team has used: tokens, cost, answers and errors by day, member and prompt, and as a file.

Numbers alone: whoever administers reads no chats, and nothing of their words is here.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.models import User
from chatapp.accounts.templatetags.by_language import day as written_day
from chatapp.accounts.templatetags.by_language import dollars
from chatapp.accounts.written import grouped
from chatapp.audit.record import Subject, record
from chatapp.chat import charts
from chatapp.chat.streaming import in_pieces
from chatapp.prompts.models import Version
from chatapp.review.exporting import table
from chatapp.usage import endings, ledger
from chatapp.usage.figures import Figures, Sums, begin, figures
from chatapp.usage.models import DailyUsage

from .audit_actions import USAGE_EXPORTED

PERIODS = ("7", "30", "90", "month")
LONGEST = 1100  # days of a time of one's own
BY_WEEK = 92  # days; of a longer time a bar, and a row, is a week
MOST_ROWS = 50  # of members and prompts on the page; the file has all
MOST_BARS = 10
COLUMNS = (
    "day", "member_id", "member", "e_mail", "prompt", "version", "ending", "calls", "tokens_in", "tokens_out",
    "cached_tokens", "neurons", "cost_usd",
)  # fmt: skip


class Period(NamedTuple):
    name: str  # one of PERIODS, or "own"
    first: datetime.date
    last: datetime.date
    error: str = ""

    @property
    def every(self) -> int:
        """Days in a bar."""
        return 7 if (self.last - self.first).days >= BY_WEEK else 1


@require_GET
@admin_required
def usage(request: MemberRequest) -> HttpResponse:
    period = _period(request)
    found = figures(period.first, period.last)
    total = found.total
    context = {
        "period": period,
        "typed": {name: request.GET.get(name, "") for name in ("first", "last")} if period.error else {},
        "periods": [(name, _period_words(name), name == period.name) for name in PERIODS],
        "zone": settings.TEAM_TIME_ZONE,
        "is_empty": not found.days,
        "knows_nothing": not found.days and begin() is None,
        "tiles": _tiles(total),
        "errors": [(endings.words(ending), grouped(calls)) for ending, calls in found.errors.items()],
        "head": _head(),
        "by_day": _day_rows(found, period),
        "charts": _day_charts(found, period) if found.days else [],
        "things": _things(found) if found.days else [],
    }
    return render(request, "administration/usage.html", context)


@require_POST
@admin_required
def export(request: MemberRequest) -> HttpResponseBase:
    """Every row of the time from `first` to `last`. That it was taken is recorded before it goes out."""
    first, last = _date(request.POST.get("first")), _date(request.POST.get("last"))
    if first is None or last is None or last < first:
        return HttpResponse(
            _("Give the first and the last day of the time."), status=422, content_type="text/plain"
        )
    detail = {"form": "csv", "first": first.isoformat(), "last": last.isoformat()}
    with transaction.atomic():
        record(USAGE_EXPORTED, actor=request.user, subject=Subject("usage", "team"), detail=detail)
    answer = StreamingHttpResponse(in_pieces(_csv(first, last)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="usage-{first:%Y-%m-%d}-{last:%Y-%m-%d}.csv"'
    return answer


# ── the time ─────────────────────────────────────────────────────────────────────────────────


def _period(request: HttpRequest) -> Period:
    """What was asked for; the last 30 days for whatever does not fit, and why."""
    today = ledger.day_of(now())
    asked = request.GET.get("period", "")
    if asked == "own":
        first, last = _date(request.GET.get("first")), _date(request.GET.get("last"))
        error = _own_error(first, last)
        if first is not None and last is not None and not error:
            return Period("own", first, last)
        return Period("30", today - datetime.timedelta(days=29), today, error)
    if asked == "month":
        return Period("month", today.replace(day=1), today)
    days = int(asked) if asked in PERIODS else 30
    return Period(str(days), today - datetime.timedelta(days=days - 1), today)


def _own_error(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None or last is None:
        return _("Give both days, the first and the last.")
    if last < first:
        return _("The last day is before the first.")
    if (last - first).days >= LONGEST:
        return _("That is longer than three years. Choose a shorter time.")
    return ""


def _period_words(name: str) -> str:
    if name == "month":
        return _("This month")
    return ngettext("%(n)s day", "%(n)s days", int(name)) % {"n": name}


def _date(words: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words or "")
    except ValueError:
        return None


# ── what is shown ────────────────────────────────────────────────────────────────────────────


def _head() -> list[str]:
    counts = [_("Answers"), _("Tokens in"), _("Tokens out"), _("Cost")]
    return [*counts, _("Errors"), _("Cut off"), _("Empty"), _("Stopped")]


def _cells(sums: Sums) -> str:
    """The cells of a row, as markup: there may be a thousand of them on a page."""
    counts = [grouped(n) for n in (sums.answers, sums.tokens_in, sums.tokens_out)]
    troubles = [grouped(n) if n else "–" for n in (sums.errors, sums.cut, sums.empty, sums.stopped)]
    cells = [*counts, _price(sums.cost), *troubles]
    return format_html_join("", '<td class="amount">{}</td>', ((cell,) for cell in cells))


def _price(cost: float) -> str:
    return dollars(cost, 2 if cost >= 100 else 4)


def _tiles(total: Sums) -> list[tuple[str, str, str]]:
    """(what, how much, a note)."""
    share = f"{number_format(total.errors / total.answers * 100, 1)}%" if total.answers else ""
    summaries = ngettext("%(n)s summary beside them", "%(n)s summaries beside them", total.summaries)
    cached = _("%(n)s of them from the cache") % {"n": grouped(total.cached)}
    neurons = _("%(n)s neurons") % {"n": grouped(round(total.neurons))}
    return [
        (
            _("Answers"),
            grouped(total.answers),
            summaries % {"n": grouped(total.summaries)} if total.summaries else "",
        ),
        (_("Tokens in"), grouped(total.tokens_in), cached if total.cached else ""),
        (_("Tokens out"), grouped(total.tokens_out), _("reasoning included")),
        (_("Cost"), _price(total.cost), neurons if total.neurons else ""),
        (
            _("Errors"),
            grouped(total.errors),
            _("%(share)s of the answers") % {"share": share} if total.errors else "",
        ),
        (_("Cut off or empty"), grouped(total.cut + total.empty), ""),
    ]


def _bars(found: Figures, period: Period) -> dict[datetime.date, Sums]:
    """The sums of each bar, by its first day."""
    if period.every == 1:
        return found.days
    bars: dict[datetime.date, Sums] = {}
    for day, sums in found.days.items():
        begins = day - datetime.timedelta(days=(day - period.first).days % period.every)
        bars.setdefault(begins, Sums()).add(sums)
    return bars


def _day_rows(found: Figures, period: Period) -> list[dict[str, Any]]:
    """The newest first; days without anything are left out."""
    return [
        {
            "label": _("Week from %(day)s") % {"day": written_day(day)} if period.every > 1 else written_day(day),
            "cells": _cells(sums),
        }
        for day, sums in sorted(_bars(found, period).items(), reverse=True)
    ]


def _day_charts(found: Figures, period: Period) -> list[dict[str, Any]]:
    bars = _bars(found, period)

    def chart(key: str, title: str, written: Any, *series: tuple[str, Any]) -> dict[str, Any]:
        drawn = [(name, {day: of(sums) for day, sums in bars.items()}) for name, of in series]
        return {
            "id": f"c-{key}",
            "title": title,
            "legend": [name for name, _of in series] if len(series) > 1 else [],
            "bars": charts.stacked_days(drawn, period.first, period.last, every=period.every, written=written),
        }

    by_week = period.every > 1
    return [
        chart(
            "tokens",
            _("Tokens by week") if by_week else _("Tokens by day"),
            _short,
            (_("Tokens in"), lambda sums: sums.tokens_in),
            (_("Tokens out"), lambda sums: sums.tokens_out),
        ),
        chart(
            "cost",
            _("Cost by week") if by_week else _("Cost by day"),
            _short_price,
            (_("Cost"), lambda sums: sums.cost),
        ),
        chart(
            "answers",
            _("Answers by week") if by_week else _("Answers by day"),
            _short,
            (_("Complete or stopped"), lambda sums: sums.fine),
            (_("Cut off or empty"), lambda sums: sums.cut + sums.empty),
            (_("Errors"), lambda sums: sums.errors),
        ),
    ]


def _short(amount: float) -> str:
    """1,500,000 → 1.5M: for the edge of a chart."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if amount >= size:
            return f"{amount / size:.3g}{letter}"
    return f"{amount:.0f}"


def _short_price(amount: float) -> str:
    return f"${amount:.3g}"


def _things(found: Figures) -> list[dict[str, Any]]:
    """The members and the prompts: of each a chart of the first, and the rows."""
    members = _member_rows(found.members)
    prompts = _prompt_rows(found.versions)
    return [
        _thing("members", _("By member"), _("Member"), _("Tokens by member"), members),
        _thing("prompts", _("By prompt"), _("Prompt"), _("Tokens by prompt"), prompts),
    ]


class _Row(NamedTuple):
    label: str
    sums: Sums
    address: tuple[str, Any] | None = None  # of a page about it: name and argument
    note: str = ""

    def shown(self) -> dict[str, Any]:
        url = reverse(self.address[0], args=[self.address[1]]) if self.address else ""
        return {"label": self.label, "url": url, "note": self.note, "cells": _cells(self.sums)}


def _thing(key: str, title: str, what: str, chart_title: str, rows: list[_Row]) -> dict[str, Any]:
    rows = sorted(rows, key=lambda row: (-row.sums.tokens, row.label))
    return {
        "id": key,
        "title": title,
        "what": what,
        "chart_title": chart_title,
        "chart": charts.ranked(
            [(row.label, row.sums.tokens, _short(row.sums.tokens)) for row in rows[:MOST_BARS]]
        ),
        "rows": [row.shown() for row in rows[:MOST_ROWS]],
        "more": max(0, len(rows) - MOST_ROWS),
    }


def _member_rows(members: dict[int, Sums]) -> list[_Row]:
    names = _members(members)
    rows, gone = [], Sums()
    for pk, sums in members.items():
        if (member := names.get(pk)) is None:
            gone.add(sums)
        else:
            note = "" if member.is_active else _("deactivated")
            rows.append(_Row(member.name, sums, ("accounts:member", pk), note))
    if lost := len(members.keys() - names.keys()):
        rows.append(_Row(ngettext("Deleted member", "Deleted members (%(n)s)", lost) % {"n": lost}, gone))
    return rows


def _prompt_rows(versions: dict[int, Sums]) -> list[_Row]:
    known = _versions(versions)
    sums_of: dict[int | None, Sums] = {}
    about: dict[int | None, tuple[str, tuple[str, Any] | None]] = {
        None: (_("Deleted prompt"), None),
        0: (_("Without a prompt"), None),
    }
    for pk, sums in versions.items():
        key = None
        if pk == 0:
            key = 0
        elif (version := known.get(pk)) is not None:
            key = version.prompt_id
            about[key] = (version.prompt.name, ("prompts:figures", version.prompt.slug))
        sums_of.setdefault(key, Sums()).add(sums)
    return [_Row(about[key][0], sums, about[key][1]) for key, sums in sums_of.items()]


def _members(pks: Iterable[int]) -> dict[int, User]:
    return {
        member.pk: member for member in User.objects.filter(pk__in=list(pks)).only("name", "email", "is_active")
    }


def _versions(pks: Iterable[int]) -> dict[int, Version]:
    rows = (
        Version.objects.filter(pk__in=list(pks))
        .select_related("prompt")
        .only("number", "prompt__name", "prompt__slug")
    )
    return {version.pk: version for version in rows}


# ── the file ─────────────────────────────────────────────────────────────────────────────────


def _csv(first: datetime.date, last: datetime.date) -> Iterator[bytes]:
    yield "\ufeff".encode()  # spreadsheets take the file for UTF-8 by it
    yield table.line(COLUMNS)
    # A day at a time, so that memory stays flat.
    days = (
        DailyUsage.objects.filter(day__range=(first, last))
        .order_by("day")
        .values_list("day", flat=True)
        .distinct()
    )
    for day in list(days):
        for row in _csv_rows(list(DailyUsage.objects.filter(day=day).order_by("member", "version", "ending"))):
            yield table.line(row)


def _csv_rows(rows: list[DailyUsage]) -> Iterator[Sequence[Any]]:
    members = _members({row.member for row in rows})
    versions = _versions({row.version for row in rows})
    for row in rows:
        member, version = members.get(row.member), versions.get(row.version)
        yield (
            row.day.isoformat(),
            row.member,
            member.name if member else "",
            member.email if member else "",
            version.prompt.name if version else "",
            version.number if version else "",
            row.ending,
            row.calls,
            row.prompt_tokens,
            row.completion_tokens,
            row.cached_tokens,
            round(row.neurons, 6),
            round(row.cost, 8),
        )
