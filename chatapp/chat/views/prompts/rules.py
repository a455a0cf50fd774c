"""The rules of a prompt: its name, who may do what, four eyes, the archive; and the team's default prompt."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chatapp.accounts.access import admin_required, may_administer
from chatapp.accounts.models import Group
from chatapp.accounts.refused import Refused
from chatapp.prompts import access as granting
from chatapp.prompts import create, rights
from chatapp.prompts import team_default as defaulting
from chatapp.prompts.models import Prompt, Right

from ... import prompt_guards as guards
from ...prompt_guards import WORK, form, post

WORDS = {
    Right.SEE: gettext_lazy("Read it in the library"),
    Right.USE: gettext_lazy("Use it in chats"),
    Right.EDIT: gettext_lazy("Write versions of it"),
    Right.PUBLISH: gettext_lazy("Publish it, and change these rules"),
}


@guards.page(WORK)
def page(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    return _page(request, prompt)


def _page(
    request: HttpRequest, prompt: Prompt, typed: dict[str, str] | None = None, error: Refused | None = None
) -> HttpResponse:
    have = {(grant.right, grant.group_id) for grant in prompt.grants.all()}
    groups = list(Group.objects.order_by("name"))
    context = {
        "prompt": prompt,
        "typed": typed
        or {
            "name": prompt.name,
            "slug": prompt.slug,
            "description": prompt.description,
            "tags": ", ".join(prompt.tags),
        },
        "error": error,
        "rights": [
            {
                "name": right.value,
                "words": WORDS[right],
                "is_open": right in granting.OPEN_TO_ALL,
                "everyone": (right, None) in have,
                "groups": [(group, (right, group.pk) in have) for group in groups],
            }
            for right in Right
        ],
        "groups": groups,
        "may_edit": rights.may(request.user, prompt, Right.EDIT),
        "may_publish": rights.may(request.user, prompt, Right.PUBLISH),
        "may_administer": may_administer(request.user),
        "is_team_default": defaulting.team_prompt() == prompt,
        "tab": "rules",
    }
    return render(request, "prompts/rules.html", context, status=422 if error else 200)


@form(Right.EDIT)
def describe(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    if request.method == "GET":
        return redirect("prompts:rules", slug=prompt.slug)
    typed = {name: request.POST.get(name, "") for name in ("name", "slug", "description", "tags")}
    try:
        changed = create.describe(
            prompt,
            request.user,
            name=typed["name"],
            slug=typed["slug"],
            description=typed["description"],
            tags=typed["tags"].split(","),
        )
    except Refused as refusal:
        return _page(request, prompt, typed, refusal)
    messages.success(request, _("Saved."))
    return redirect("prompts:rules", slug=changed.slug)


@post(Right.PUBLISH, back="prompts:rules")
def access(request: HttpRequest, prompt: Prompt) -> str:
    """`see`, `use`, `edit`, `publish`: ids of groups, or "everyone"."""
    granting.grant(prompt, request.user, {right: request.POST.getlist(right) for right in Right})
    return _("The rights are saved.")


@post(Right.PUBLISH, back="prompts:rules")
def four_eyes(request: HttpRequest, prompt: Prompt) -> str:
    on = request.POST.get("on") == "1"
    granting.switch_four_eyes(prompt, request.user, on, request.POST.get("why", ""))
    return _("The four-eyes rule is on.") if on else _("The four-eyes rule is off for versions to come.")


@post(Right.PUBLISH, back="prompts:rules")
def archive(request: HttpRequest, prompt: Prompt) -> str:
    create.archive(prompt, request.user)
    return _("The prompt is archived. Chats that use it go on as they are.")


@post(Right.PUBLISH, back="prompts:rules")
def bring_back(request: HttpRequest, prompt: Prompt) -> str:
    create.bring_back(prompt, request.user)
    return _("The prompt is in the library again.")


@require_POST
@admin_required
def team_default(request: HttpRequest) -> HttpResponse:
    """`prompt`: the short name; empty for none."""
    slug = request.POST.get("prompt", "").replace("\x00", "")
    prompt = Prompt.objects.filter(slug=slug).first() if slug else None
    if slug and prompt is None:
        raise Http404
    try:
        defaulting.choose(prompt, request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request,
            _("“%(name)s” is the team's default prompt now.") % {"name": prompt.name}
            if prompt
            else _("The team has no default prompt now."),
        )
    return redirect("prompts:show", slug=slug) if prompt else redirect("prompts:library")
