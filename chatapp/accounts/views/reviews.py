"""The administrators' page of rights to review: who may read whose conversations, until when, what for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.models import ReviewGrant, Role, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.review_grants import grant_review, revoke_review
from chatapp.accounts.views.team import back
from chatapp.accounts.views.team_forms import GrantForm

_FIELDS = {"group": "scope", "until": "last"}


@require_GET
@admin_required
def reviews(request: MemberRequest) -> HttpResponse:
    return _page(request, GrantForm(initial={"reviewer": request.GET.get("reviewer")}))


def _page(request: MemberRequest, form: GrantForm, status: int = 200) -> HttpResponse:
    all_grants = ReviewGrant.objects.select_related("reviewer", "group", "granted_by")
    open_ids = ReviewGrant.objects.open().values("pk")
    context = {
        "form": form,
        "has_reviewers": User.objects.active().filter(role=Role.REVIEWER).exists(),
        "grants": all_grants.filter(pk__in=open_ids),
        "over": all_grants.exclude(pk__in=open_ids)[:50],
    }
    return render(request, "accounts/reviews.html", context, status=status)


@require_POST
@admin_required
def review_grant(request: MemberRequest) -> HttpResponse:
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        grant = grant_review(**form.deed(), by=request.user)
    except Refused as refused:
        form.add_error(_FIELDS.get(refused.field or "", refused.field), refused.sentence)
        return _page(request, form, status=422)
    return back(request, _("%(name)s may review now.") % {"name": grant.reviewer}, "accounts:reviews")


@require_POST
@admin_required
def review_revoke(request: MemberRequest, grant_id: int) -> HttpResponse:
    try:
        revoked = revoke_review(grant_id, by=request.user)
    except Refused as refused:
        return back(request, refused, "accounts:reviews")
    if not revoked:
        return back(request, _("This right was over already."), "accounts:reviews")
    return back(request, _("The right is taken back. The reviewer is signed out everywhere."), "accounts:reviews")
