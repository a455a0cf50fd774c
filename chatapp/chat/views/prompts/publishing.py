"""Versions, what differs between them, and the labels: publishing and going back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.prompts import publish as publishing
from chatapp.prompts import rights
from chatapp.prompts.content import of
from chatapp.prompts.models import Draft, Label, LabelMove, Prompt, Right, Version
from chatapp.workersai.parameters import BY_NAME

from ...prompt_diff import EMPTY, describe, difference
from ...prompt_guards import WORK, form, page, post

MOVES = 50  # of labels, shown


@page(WORK)
def history(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    versions = list(prompt.versions.select_related("author").order_by("-number"))
    labels: dict[int, list[str]] = {}
    production = None
    for one in Label.objects.filter(prompt=prompt).order_by("name"):
        labels.setdefault(one.version_id, []).append(one.name)
        production = one.version_id if one.name == Label.PRODUCTION else production
    was = LabelMove.objects.filter(prompt=prompt, label=Label.PRODUCTION, before__isnull=False)
    before = was.select_related("before", "before__author").order_by("-id").first()
    may_publish = rights.may(request.user, prompt, Right.PUBLISH)
    back = before.before if before and may_publish and before.before_id != production else None
    moves = LabelMove.objects.filter(prompt=prompt).select_related("before", "after", "by")
    context = {
        "prompt": prompt,
        "versions": [(one, labels.get(one.pk, [])) for one in versions],
        "production": next((one for one in versions if one.pk == production), None),
        # Whom the four-eyes rule forbids it is not offered it.
        "back": back if back and not publishing.needs_another(prompt, back, request.user) else None,
        "moves": moves.order_by("-id")[:MOVES],
        "may_edit": rights.may(request.user, prompt, Right.EDIT),
        "may_publish": may_publish,
        "draft": Draft.objects.filter(prompt=prompt, author=request.user.pk).first(),
        "tab": "history",
    }
    return render(request, "prompts/history.html", context)


@page(WORK)
def version(request: HttpRequest, prompt: Prompt, number: int) -> HttpResponse:
    found = _version(prompt, number)
    said = of(found)
    context = {
        "prompt": prompt,
        "version": found,
        "labels": list(found.labels.order_by("name").values_list("name", flat=True)),
        "variables": [(one.name, describe(one)) for one in said.variables],
        "settings": [(BY_NAME[name].label, value) for name, value in said.settings.items()],
        "may_edit": rights.may(request.user, prompt, Right.EDIT),
        "may_publish": rights.may(request.user, prompt, Right.PUBLISH),
        "tab": "history",
    }
    return render(request, "prompts/version.html", context)


@page(WORK)
def compare(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """`a` and `b`: numbers of versions; the older one is shown first."""
    numbers = sorted(_number(request.GET.get(name, "")) for name in ("a", "b"))
    one, other = (_version(prompt, number) for number in numbers)
    context = {
        "prompt": prompt,
        "one": one,
        "other": other,
        "numbers": list(prompt.versions.order_by("-number").values_list("number", flat=True)),
        "diff": difference(of(one), of(other)),
        "tab": "history",
    }
    return render(request, "prompts/compare.html", context)


@form(Right.PUBLISH)
def publish(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """What members get now beside the version `number`; posting it with a reason publishes it."""
    sent = request.POST if request.method == "POST" else request.GET
    found = _version(prompt, _number(sent.get("number", "")))
    why, error = request.POST.get("why", ""), None
    if request.method == "POST":
        try:
            publishing.move(prompt, Label.PRODUCTION, found.number, request.user, why)
            messages.success(request, _("Version %(number)s is in production now.") % {"number": found.number})
            return redirect("prompts:history", slug=prompt.slug)
        except Refused as refusal:
            error = refusal.sentence
    stands = Label.objects.filter(prompt=prompt, name=Label.PRODUCTION).select_related("version__author").first()
    context: dict[str, Any] = {
        "prompt": prompt,
        "version": found,
        "now": stands.version if stands else None,
        "diff": difference(of(stands.version) if stands else EMPTY, of(found)),
        "needs_another": publishing.needs_another(prompt, found, request.user),
        "why": why,
        "error": error,
        "tab": "history",
    }
    return render(request, "prompts/publish.html", context, status=422 if error else 200)


@post(WORK, back="prompts:history")
def label(request: HttpRequest, prompt: Prompt) -> str:
    """Move a label: `label`, `number`, `why`. A rollback is this, too."""
    name, number = request.POST.get("label", "").strip().lower(), _number(request.POST.get("number", ""))
    publishing.move(prompt, name, number, request.user, request.POST.get("why", ""))
    return _("“%(label)s” stands at version %(number)s now.") % {"label": name, "number": number}


@post(Right.EDIT, back="prompts:history")
def remove_label(request: HttpRequest, prompt: Prompt) -> str:
    name = request.POST.get("label", "")
    publishing.remove(prompt, name, request.user, request.POST.get("why", ""))
    return _("“%(label)s” is taken away.") % {"label": name}


def _version(prompt: Prompt, number: int) -> Version:
    found = prompt.versions.select_related("author", "prompt").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0
