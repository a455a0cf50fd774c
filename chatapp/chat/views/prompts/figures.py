"""What the versions of a prompt did, beside each other."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.templatetags.by_language import dollars
from chatapp.conversations.models import Conversation, Reply
from chatapp.feedback import versions as measured
from chatapp.feedback.versions import Figures, Share
from chatapp.prompts.models import Label, Prompt

from ... import charts
from ... import prompt_guards as guards
from ...prompt_guards import WORK

PERIODS = (7, 30, 90, 365)
MOST = 6  # versions beside each other
OWN_CHATS = 20


@guards.page(WORK)
def page(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """`days`: the period; `v`: numbers of versions, else the newest; `compare`: with the period before it, too."""
    days = _days(request.GET.get("days", ""))
    wanted = [int(n) for n in request.GET.getlist("v") if n.isascii() and n.isdigit() and len(n) < 9][:MOST]
    versions = prompt.versions.order_by("-number")
    everything = list(versions)
    shown = [v for v in everything if v.number in wanted] or _first(prompt, everything)
    now = timezone.now()
    since = now - datetime.timedelta(days=days)
    found = measured.figures(shown, since)
    earlier = since - datetime.timedelta(days=days)
    before = measured.figures(shown, earlier, since) if "compare" in request.GET else []
    first = timezone.localdate(since) + datetime.timedelta(days=1)
    context = {
        "prompt": prompt,
        "days": days,
        "periods": PERIODS,
        "versions": everything,
        "chosen": {v.number for v in shown},
        "columns": [_column(f) for f in found],
        "rows": _rows(found, before),
        "compares": bool(before),
        "thumbs": charts.dots([_dot(f, f.thumbs_up) for f in found]),
        "again": charts.dots([_dot(f, f.regenerated) for f in found]),
        "uses": charts.stacked_days([(_name(f), f.days) for f in found], first, timezone.localdate(now)),
        "total": sum(f.answers for f in found),
        "verdict": _verdict(found),
        "mine": _own_chats(request, shown),
        "tab": "figures",
    }
    return render(request, "prompts/figures.html", context)


def _first(prompt: Prompt, versions: list[Any]) -> list[Any]:
    """What is in production and the newest before it, unless others are asked for."""
    production = (
        Label.objects.filter(prompt=prompt, name=Label.PRODUCTION)
        .values_list("version__number", flat=True)
        .first()
    )
    if production is None:
        return versions[:3]
    return [v for v in versions if v.number <= production][:3]


def _days(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and int(words[:5]) in PERIODS else 30


def _name(figures: Figures) -> str:
    return _("Version %(number)s") % {"number": figures.version.number}


def _column(figures: Figures) -> dict[str, Any]:
    return {"name": _name(figures), "number": figures.version.number, "answers": figures.answers}


def _dot(figures: Figures, share: Share) -> tuple[str, float, tuple[float, float], str, bool]:
    words = _("%(count)s of %(of)s") % {"count": share.count, "of": share.of}
    return _name(figures), share.share, share.interval, words, share.are_few


def _rows(found: list[Figures], before: list[Figures]) -> list[dict[str, Any]]:
    """The table: one row for each figure, one cell for each version (and its period before)."""
    columns: list[Figures] = []
    for n, now in enumerate(found):
        columns += [now, *before[n : n + 1]]

    def share(words: str, name: str, of: str) -> dict[str, Any]:
        return {"label": words, "of": of, "cells": [_share_words(getattr(f, name)) for f in columns]}

    def plain(words: str, cells: list[str]) -> dict[str, Any]:
        return {"label": words, "of": "", "cells": [{"words": cell} for cell in cells]}

    answers, thumbs = _("of the answers"), _("of the thumbs given")
    return [
        plain(_("Answers"), [f"{f.answers:,}" for f in columns]),
        plain(_("Chats"), [f"{f.conversations:,}" for f in columns]),
        share(_("Thumbs up"), "thumbs_up", thumbs),
        share(_("Answered again"), "regenerated", answers),
        share(_("Stopped"), "stopped", answers),
        share(_("Question changed"), "edited", answers),
        share(_("Empty answer"), "empty", answers),
        share(_("Cut off"), "cut", answers),
        share(_("Failed"), "failed", answers),
        plain(_("Tokens in, on average"), [_number(f.tokens_in) for f in columns]),
        plain(_("Tokens out, on average"), [_number(f.tokens_out) for f in columns]),
        plain(_("Cost of all"), [dollars(f.cost) for f in columns]),
        plain(_("Cost of an answer"), [dollars(f.cost_each, 6) or "–" for f in columns]),
        plain(_("Time to first token, median"), [_seconds(f.first_token) for f in columns]),
    ]


def _share_words(share: Share) -> dict[str, str]:
    if not share.of:
        return {"words": "–"}
    low, high = share.interval
    return {
        "words": f"{share.share:.1%}",
        "note": _("%(count)s of %(of)s; %(low)s to %(high)s")
        % {"count": f"{share.count:,}", "of": f"{share.of:,}", "low": f"{low:.0%}", "high": f"{high:.0%}"},
        "few": _("too few to tell") if share.are_few else "",
    }


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _verdict(found: list[Figures]) -> str:
    """Whether the thumbs of the first two tell the versions apart."""
    if len(found) < 2:
        return ""
    new, old = found[0], found[1]
    names = {"new": new.version.number, "old": old.version.number}
    if new.thumbs_up.are_few or old.thumbs_up.are_few:
        return _("There are too few thumbs to tell version %(new)s from version %(old)s.") % names
    if not new.thumbs_up.differs_from(old.thumbs_up):
        return _("The thumbs do not tell version %(new)s from version %(old)s: it may be chance.") % names
    if new.thumbs_up.share > old.thumbs_up.share:
        return _("Members like version %(new)s better than version %(old)s; chance does not explain it.") % names
    return _("Members like version %(new)s less than version %(old)s; chance does not explain it.") % names


def _own_chats(request: HttpRequest, versions: list[Any]) -> list[dict[str, Any]]:
    """Titles of the reader's own chats alone: reading others' is the reviewers' right."""
    used = Reply.objects.filter(prompt_version__in=versions)
    own = Conversation.objects.of(request.user).filter(pk__in=used.values("conversation"), expires_at=None)
    return [{"key": c.key, "title": c.title} for c in own.order_by("-updated")[:OWN_CHATS]]
