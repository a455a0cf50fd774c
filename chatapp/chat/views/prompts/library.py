"""The library: what members find, read, mark and use."""

from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from chatapp.accounts.access import may_administer
from chatapp.conversations.prompt_uses import DAYS, uses
from chatapp.prompts import favourites, rights
from chatapp.prompts.chosen import published
from chatapp.prompts.content import of
from chatapp.prompts.library import books, tags_of
from chatapp.prompts.models import Favourite, Prompt, Right
from chatapp.prompts.team_default import team_prompt

from ...answers import get_page
from ...prompt_counts import counted
from ...prompt_diff import describe
from ...prompt_guards import can_work, page, post_page


@get_page
def index(request: HttpRequest) -> HttpResponse:
    """`q`: words; `tag`: one of the tags; `favourites`: only those. htmx gets the list alone."""
    words = request.GET.get("q", "").replace("\x00", "")
    tag = request.GET.get("tag", "")
    found = books(request.user, words)
    shown = [book for book in found if not tag or tag in book.prompt.tags]
    if "favourites" in request.GET:
        shown = [book for book in shown if book.is_favourite]
    context = {
        "books": counted(shown),
        "q": words,
        "tag": tag,
        "only_favourites": "favourites" in request.GET,
        "tags": tags_of(books(request.user)),
        "may_create": rights.may_create(request.user),
        "team_prompt": team_prompt(),
        **_work(request),
    }
    return render(request, "prompts/_books.html" if request.htmx else "prompts/library.html", context)  # type: ignore[attr-defined]


def _work(request: HttpRequest) -> dict[str, object]:
    """What editors find beside: prompts without a published version, and those put away."""
    if not rights.edits_any(request.user):
        return {}
    mine = rights.prompts(request.user, Right.EDIT) | rights.prompts(request.user, Right.PUBLISH)
    rows = mine.distinct().order_by(Lower("name"))
    return {
        "is_editor": True,
        "unpublished": rows.filter(archived_at=None).exclude(labels__name="production"),
        "archived": rows.filter(archived_at__isnull=False).order_by(F("archived_at").desc()),
    }


@get_page
def slash(request: HttpRequest) -> HttpResponse:
    """What the menu of commands offers behind a slash."""
    found = books(request.user, right=Right.USE)
    return JsonResponse({"prompts": [{"slug": book.prompt.slug, "name": book.prompt.name} for book in found]})


@page(Right.SEE)
def show(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """The prompt as members know it: what is published."""
    version = published(prompt)
    works = can_work(request.user, prompt)
    if version is None and works:
        return redirect("prompts:history", slug=prompt.slug)
    said = of(version) if version else None
    context = {
        "prompt": prompt,
        "version": version,
        "said": said,
        "variables": [(one.name, describe(one)) for one in said.variables] if said else [],
        "uses": uses().get(prompt.pk, 0),
        "days": DAYS,
        "is_favourite": Favourite.objects.filter(prompt=prompt, member=request.user.pk).exists(),
        "may_use": version is not None and not prompt.archived_at and rights.may(request.user, prompt, Right.USE),
        "is_team_default": team_prompt() == prompt,
        "may_choose_default": may_administer(request.user),
        "works": works,
        "tab": "show",
    }
    return render(request, "prompts/show.html", context)


@post_page(Right.SEE)
def favourite(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """`on`: "1" or "0"."""
    on = request.POST.get("on") == "1"
    favourites.mark(prompt, request.user, on)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "prompts/_star.html", {"prompt": prompt, "is_favourite": on})
    return redirect("prompts:show", slug=prompt.slug)
