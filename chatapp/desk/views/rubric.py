"""The rubric: for reviewers, who use it, and administrators, who may want to set it."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, rubric_required
from chatapp.chat.answers import post
from chatapp.review import rubric
from chatapp.review.models import Option


@require_GET
@rubric_required
def page(request: MemberRequest) -> HttpResponse:
    there = {option.place: option for option in rubric.options()}
    context = {"keys": [(place, there.get(place)) for place in rubric.KEYS], "worths": Option.Worth.choices}
    return render(request, "review/rubric.html", context)


@require_POST
@rubric_required
@post
def save(request: MemberRequest) -> HttpResponse:
    """Fields `name-1` … `name-9` and `worth-1` … `worth-9`."""
    wanted = {}
    for place in rubric.KEYS:
        worth = request.POST.get(f"worth-{place}", "0")
        wanted[place] = (request.POST.get(f"name-{place}", ""), int(worth) if worth in ("-1", "0", "1") else 0)
    if rubric.change(wanted, by=request.user):
        messages.success(request, _("The rubric is saved. Scores given before keep their meaning."))
    return JsonResponse({"url": reverse("desk:rubric")})
