"""Prompts as files: taken along, and brought in after a look at what would happen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chatapp.accounts.access import editor_required
from chatapp.accounts.refused import Refused
from chatapp.prompts import bring_in as bringing
from chatapp.prompts import export as exporting
from chatapp.prompts import files
from chatapp.prompts.models import Prompt

from ...prompt_guards import WORK, post_page


@require_POST
@editor_required
def export_all(request: HttpRequest) -> HttpResponse:
    """A ZIP of all prompts that the editor works on, with all their versions."""
    return _attached(exporting.everything(request.user), "application/zip", "prompts.zip")


@post_page(WORK)
def export_one(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """One version as a file (`number`), or a ZIP of all."""
    words = request.POST.get("number", "")
    if words.isascii() and words.isdigit() and len(words) < 9:
        name, text = exporting.one(prompt, int(words), request.user)
        return _attached(text.encode(), "text/markdown; charset=utf-8", name)
    return _attached(exporting.history(prompt, request.user), "application/zip", f"{prompt.slug}.zip")


@require_http_methods(["GET", "POST"])
@editor_required
def bring_in(request: HttpRequest) -> HttpResponse:
    """`file`: Markdown or a ZIP of it; `look` goes through it without a trace."""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            context["report"] = _bring(request)
            context["is_dry"] = "look" in request.POST
        except (files.Unreadable, Refused) as refusal:
            context["error"] = str(refusal)
    partly = request.htmx  # type: ignore[attr-defined]
    template = "prompts/_report.html" if partly else "prompts/import.html"
    return render(request, template, context, status=422 if "error" in context else 200)


def _bring(request: HttpRequest) -> bringing.Report:
    uploaded = request.FILES.getlist("file")
    if not uploaded:
        raise files.Unreadable(_("Choose a file first."))
    found = [one for file in uploaded for one in files.unpack(file.name or "", file.read())]
    return bringing.bring_in(found, request.user, dry_run="look" in request.POST)


def _attached(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
