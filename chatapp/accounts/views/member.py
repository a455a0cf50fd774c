"""The administrators' page of one member: role, groups, where signed in, access."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate, reactivate
from chatapp.accounts.devices import device
from chatapp.accounts.groups import set_groups
from chatapp.accounts.models import Role, User
from chatapp.accounts.password_link import LIFETIME, make_password_link
from chatapp.accounts.refused import Refused
from chatapp.accounts.sessions import end_session
from chatapp.accounts.signout_everywhere import signout_everywhere
from chatapp.accounts.tokens import link
from chatapp.accounts.views.team import back, show_link
from chatapp.accounts.views.team_forms import GroupsForm, RoleForm, ids
from chatapp.audit.models import Entry


@require_GET
@admin_required
def member(request: MemberRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    sessions = UserSession.objects.purge_and_list(user)
    context = {
        "member": user,
        "role_form": RoleForm(initial={"role": user.role}),
        "groups_form": GroupsForm(initial={"groups": user.groups.all()}),
        "grants": user.review_grants.open().select_related("group"),
        "is_reviewer": user.role == Role.REVIEWER,
        "sessions": [(session, device(session.user_agent)) for session in sessions],
        "password_links": not settings.EMAIL_CONFIGURED,
        "deeds": Entry.objects.about("user", user.pk)[:10],
    }
    return render(request, "accounts/member.html", context)


@require_POST
@admin_required
def team_role(request: MemberRequest, user_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _deed(request, user_id, lambda: User.objects.get(pk=user_id), "", Refused(
            _("There is no such role. Choose one from the list.")))  # fmt: skip
    return _deed(
        request,
        user_id,
        lambda: change_role(user_id, form.cleaned_data["role"], by=request.user),
        _("%(name)s is now %(role)s. Signed out everywhere, so that no page shows the old rights."),
    )


@require_POST
@admin_required
def team_groups(request: MemberRequest, user_id: int) -> HttpResponse:
    form = GroupsForm(request.POST)
    refused = None if form.is_valid() else Refused(str(form.errors["groups"][0]))
    return _deed(
        request,
        user_id,
        lambda: set_groups(user_id, ids(form), by=request.user),
        _("The groups of %(name)s are saved."),
        refused,
    )


@require_POST
@admin_required
def team_deactivate(request: MemberRequest, user_id: int) -> HttpResponse:
    return _deed(
        request,
        user_id,
        lambda: deactivate(user_id, by=request.user),
        _("%(name)s is deactivated and signed out everywhere. The conversations are kept."),
    )


@require_POST
@admin_required
def team_reactivate(request: MemberRequest, user_id: int) -> HttpResponse:
    return _deed(request, user_id, lambda: reactivate(user_id, by=request.user), _("%(name)s can sign in again."))


@require_POST
@admin_required
def team_signout(request: MemberRequest, user_id: int) -> HttpResponse:
    return _deed(
        request,
        user_id,
        lambda: signout_everywhere(user_id, by=request.user),
        _("%(name)s is signed out everywhere."),
    )


@require_POST
@admin_required
def team_end_session(request: MemberRequest, user_id: int, session_id: int) -> HttpResponse:
    def end() -> User:
        if end_session(user_id, session_id, by=request.user) is None:
            raise Refused(_("That browser was signed out already."))
        return User.objects.get(pk=user_id)

    return _deed(request, user_id, end, _("%(name)s is signed out in that browser."))


@require_POST
@admin_required
def team_password_link(request: MemberRequest, user_id: int) -> HttpResponse:
    try:
        token = make_password_link(user_id, by=request.user)
    except Refused as refused:
        return back(request, refused, "accounts:member", user_id)
    except User.DoesNotExist:
        raise Http404("There is no such member.") from None
    told = {"name": User.objects.get(pk=user_id), "hours": round(LIFETIME.total_seconds() / 3600)}
    return show_link(
        request,
        title=_("New password for %(name)s") % told,
        address=link("new_password", token),
        words=_(
            "Give it to %(name)s, nobody else: whoever opens it first chooses the password. It works once and "
            "ends after %(hours)s hours. %(name)s will see that you made it."
        )
        % told,
    )


def _deed(
    request: MemberRequest, user_id: int, deed: Callable[[], User], done: str, refused: Refused | None = None
) -> HttpResponse:
    """Do it and go back to the member's page with the sentence `done` (%(name)s, %(role)s), or the refusal."""
    try:
        if refused is not None:
            get_object_or_404(User, pk=user_id)
            raise refused
        user = deed()
    except Refused as no:
        return back(request, no, "accounts:member", user_id)
    except User.DoesNotExist:
        raise Http404("There is no such member.") from None
    return back(request, done % {"name": user, "role": user.get_role_display()}, "accounts:member", user_id)
