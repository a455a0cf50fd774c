"""The settings that hold for the whole team where nobody says otherwise: the panel on a page of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.chat import panel
from chatapp.prompts import defaults
from chatapp.prompts.resolve import team_defaults


@require_http_methods(["GET", "POST"])
@admin_required
def team_defaults_page(request: MemberRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, team_defaults())
    typed = panel.typed(request.POST)
    try:
        values = panel.cleaned(typed)
    except panel.InvalidSettings as invalid:
        return _page(request, typed, invalid.errors)
    defaults.replace(values, by=request.user)
    messages.success(request, _("The team's defaults are saved. They hold for the next question of everybody."))
    return redirect("administration:defaults")


def _page(request: MemberRequest, values: dict[str, Any], errors: dict[str, str] | None = None) -> HttpResponse:
    context = {"groups": panel.team_groups(values, errors), "errors": errors}
    return render(request, "administration/defaults.html", context, status=422 if errors else 200)
