"""The administrators' page of members and invitations."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.invite import invite, revoke_invitation
from chatapp.accounts.models import Invitation, User, normal_email
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import link
from chatapp.accounts.views.team_forms import InviteForm, SearchForm, ids

PER_PAGE = 50


@require_GET
@admin_required
def team(request: MemberRequest) -> HttpResponse:
    return _page(request, InviteForm())


def _page(request: MemberRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    search = SearchForm(request.GET, auto_id="search_%s")  # the invitation has fields of the same names
    search.is_valid()
    members = Paginator(_found(search), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "search": search,
        "searching": bool(query),
        "query": query.urlencode(),
        "members": members,
        "invitations": Invitation.objects.open().select_related("created_by").prefetch_related("groups"),
    }
    return render(request, "accounts/team.html", context, status=status)


def _found(search: SearchForm) -> "QuerySet[User]":
    members = User.objects.order_by("-is_active", "name", "pk").prefetch_related("groups")
    chosen = search.cleaned_data
    if words := chosen.get("q"):
        members = members.filter(Q(name__icontains=words) | Q(email__contains=normal_email(words)))
    if role := chosen.get("role"):
        members = members.filter(role=role)
    if group := chosen.get("group"):
        members = members.filter(groups=group)
    return members


@require_POST
@admin_required
def team_invite(request: MemberRequest) -> HttpResponse:
    """Invite; the answer shows the link, which is not stored and so is shown this once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    try:
        invitation, token = invite(data["email"], data["role"], groups=ids(form), by=request.user)
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _page(request, form, status=422)
    told = {
        "email": invitation.email,
        "role": invitation.get_role_display(),
        "days": settings.INVITATION_DAYS,
    }
    return show_link(
        request,
        title=_("Invitation for %(email)s") % told,
        address=link("join", token),
        words=ngettext(
            "Give it to %(email)s. It lets one person in (role: %(role)s) and ends after %(days)s day.",
            "Give it to %(email)s. It lets one person in (role: %(role)s) and ends after %(days)s days.",
            settings.INVITATION_DAYS,
        )
        % told,
    )


@never_cache
def show_link(request: MemberRequest, **context: str) -> HttpResponse:
    return render(request, "accounts/link.html", context)


@require_POST
@admin_required
def team_revoke(request: MemberRequest, invitation_id: int) -> HttpResponse:
    try:
        revoked = revoke_invitation(invitation_id, by=request.user)
    except Refused as refused:
        return back(request, refused, "accounts:team")
    if not revoked:
        return back(request, _("This invitation was not open any more."), "accounts:team")
    return back(request, _("The invitation is taken back; its link does not work any more."), "accounts:team")


def back(request: MemberRequest, words: str | Refused, to: str, *args: object) -> HttpResponse:
    """Go to the page named `to`, which then says what was done, or why not."""
    if isinstance(words, Refused):
        messages.error(request, words.sentence)
    else:
        messages.success(request, words)
    return redirect(to, *args)
