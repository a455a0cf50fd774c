"""Writing a prompt: made, typed (the draft is kept), looked at beside what stands, saved as a version."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chatapp.accounts.access import editor_required
from chatapp.accounts.refused import Refused
from chatapp.prompts import create, drafts
from chatapp.prompts import save as saving
from chatapp.prompts.content import Content, InvalidContent, content, of
from chatapp.prompts.models import Draft, Prompt, Right, Version
from chatapp.prompts.variables import MEMBER_FIELDS, MOST, TYPES

from ... import panel
from ...prompt_diff import EMPTY, difference
from ...prompt_guards import form, page, post, post_page

FIELDS = ("name", "type", "label", "default", "choices", "field")


@require_http_methods(["GET", "POST"])
@editor_required
def new(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("name", "slug", "description", "tags")}
    error: Refused | None = None
    if request.method == "POST":
        try:
            tags = typed["tags"].split(",")
            made = create.create(request.user, typed["name"], typed["slug"], typed["description"], tags)
            return redirect("prompts:edit", slug=made.slug)
        except Refused as refusal:
            error = refusal
    context = {"typed": typed, "error": error}
    return render(request, "prompts/new.html", context, status=422 if error else 200)


@page(Right.EDIT)
def edit(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """The draft of who asks. `from`: the version that a new draft begins with; the newest if not said."""
    start = _version(prompt, request.GET.get("from", "")) or _newest(prompt)
    return _editor(request, prompt, drafts.begun(prompt, request.user, start))


@post_page(Right.EDIT)
def draft(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """Keep what is typed. JSON with the revision; 409 with what stands there if another tab changed it.

    The form itself, without scripts, goes on to the look at the changes.
    """
    typed, base, revision = typed_of(request.POST), _int(request, "base"), _int(request, "revision")
    try:
        kept = drafts.keep(prompt, request.user, typed, base=base, revision=revision)
    except drafts.Elsewhere as elsewhere:
        return _elsewhere(request, prompt, elsewhere, typed)
    if "json" in request.POST:
        return JsonResponse({"revision": kept.revision})
    return redirect("prompts:save", slug=prompt.slug)


@post(Right.EDIT, back="prompts:history")
def discard(request: HttpRequest, prompt: Prompt) -> str:
    drafts.discard(prompt, request.user)
    return _("Your draft is discarded.")


@form(Right.EDIT)
def save(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """The draft beside the newest version; posting saves it as the next one."""
    kept = Draft.objects.filter(prompt=prompt, author=request.user.pk).first()
    if kept is None:
        messages.error(request, _("There is no draft of yours to be saved."))
        return redirect("prompts:edit", slug=prompt.slug)
    note = request.POST.get("note", kept.typed.get("note", ""))
    error: Refused | None = None
    if request.method == "POST":
        try:
            saved = saving.save(prompt, request.user, kept.typed, base=_int(request, "base"), note=note)
            words = _("Version %(number)s is saved. Members get it when it is published.")
            messages.success(request, words % {"number": saved.number})
            return redirect("prompts:history", slug=prompt.slug)
        except InvalidContent as invalid:
            return _editor(request, prompt, kept, invalid.errors)
        except Refused as refusal:
            error = refusal
    try:
        said = content(kept.typed)
    except InvalidContent as invalid:
        return _editor(request, prompt, kept, invalid.errors)
    prompt.refresh_from_db()
    newest = _newest(prompt)
    base = prompt.versions.filter(number=kept.base).first()
    is_stale = newest is not None and newest.number != kept.base
    context = {
        "prompt": prompt,
        "newest": newest,
        "next": prompt.latest + 1,
        "diff": difference(_said(newest), said),
        "theirs": difference(_said(base), _said(newest)) if is_stale else None,
        "base": base,
        "undeclared": said.undeclared,
        "note": note,
        "error": error,
        "tab": "edit",
    }
    return render(request, "prompts/save.html", context, status=422 if error else 200)


def typed_of(post: Mapping[str, str]) -> dict[str, Any]:
    """What the editor's form sends: `text`, the settings by their names, variables as v0-name, v0-type, …"""
    rows = []
    for number in range(MOST + 1):
        row = {field: post.get(f"v{number}-{field}", "") for field in FIELDS}
        if any(row[field].strip() for field in ("name", "label", "default", "choices")):
            rows.append({**row, "required": f"v{number}-required" in post})
    settings = {p: post[p] for p in _parameters() if post.get(p, "").strip()}
    return {"text": post.get("text", ""), "variables": rows, "settings": settings, "note": post.get("note", "")}


def _parameters() -> list[str]:
    return [name for name in panel.names() if name != "system_prompt"]


def _editor(
    request: HttpRequest, prompt: Prompt, kept: Draft, errors: dict[str, str] | None = None
) -> HttpResponse:
    errors = errors or {}
    typed = kept.typed
    groups = panel.parameter_groups(typed.get("settings", {}), errors, own=_("This version"))
    context = {
        "prompt": prompt,
        "draft": kept,
        "typed": typed,
        "variables": [_row(one) for one in typed.get("variables", [])],
        "groups": groups,
        "is_open": any(f.error or f.value != "" for group in groups for f in group["fields"]),
        "types": TYPES,
        "member_fields": MEMBER_FIELDS,
        "errors": errors,
        "is_stale": bool(kept.pk) and kept.base != prompt.latest,
        "tab": "edit",
    }
    return render(request, "prompts/edit.html", context, status=422 if errors else 200)


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    """A variable for the form: its choices as lines."""
    choices = one.get("choices", "")
    return {**one, "choices": choices if isinstance(choices, str) else "\n".join(choices)}


def _elsewhere(
    request: HttpRequest, prompt: Prompt, elsewhere: drafts.Elsewhere, typed: dict[str, Any]
) -> HttpResponse:
    """Both texts with what differs; nothing was overwritten."""
    there = elsewhere.draft
    other = there.typed if there else {"text": ""}
    revision = there.revision if there else 0
    context = {
        "prompt": prompt,
        "sentence": elsewhere.sentence,
        "is_gone": there is None,
        "diff": difference(Content(text=str(other.get("text", ""))), Content(text=typed["text"])),
        "revision": revision,
    }
    if "json" in request.POST:
        html = render_to_string("prompts/_elsewhere.html", context, request)
        return JsonResponse(
            {"error": elsewhere.sentence, "revision": context["revision"], "html": html}, status=409
        )
    kept = Draft(prompt=prompt, base=_int(request, "base"), typed=typed, revision=revision)
    answer = _editor(request, prompt, kept, {"text": elsewhere.sentence})
    answer.status_code = 409
    return answer


def _said(version: Version | None) -> Content:
    return of(version) if version else EMPTY


def _newest(prompt: Prompt) -> Version | None:
    return prompt.versions.select_related("author").filter(number=prompt.latest).first()


def _version(prompt: Prompt, words: str) -> Version | None:
    is_number = words.isascii() and words.isdigit() and len(words) < 9
    return prompt.versions.filter(number=int(words)).first() if is_number else None


def _int(request: HttpRequest, name: str) -> int:
    words = request.POST.get(name, "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0
