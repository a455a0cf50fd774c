"""The administrators' page: members, roles, invitations."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate, reactivate
from chatapp.accounts.forms import InviteForm, RoleForm
from chatapp.accounts.invite import invite, revoke_invitation
from chatapp.accounts.models import Invitation, Role, User
from chatapp.accounts.password_link import LIFETIME, make_password_link
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import link


@require_GET
@admin_required
def team(request: MemberRequest) -> HttpResponse:
    return _page(request, InviteForm())


def _page(request: MemberRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "members": User.objects.order_by("-is_active", "name", "pk"),
        "invitations": Invitation.objects.open().select_related("created_by"),
        "roles": Role.choices,
        "password_links": not settings.EMAIL_CONFIGURED,
    }
    return render(request, "accounts/team.html", context, status=status)


@require_POST
@admin_required
def team_invite(request: MemberRequest) -> HttpResponse:
    """Invite; the answer shows the link, which is not stored and so is shown this once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        invitation, token = invite(form.cleaned_data["email"], form.cleaned_data["role"], by=request.user)
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _page(request, form, status=422)
    return _show_link(
        request,
        title=_("Invitation for %(email)s") % {"email": invitation.email},
        address=link("join", token),
        words=ngettext(
            "Give it to %(email)s. It lets one person in (role: %(role)s) and ends after %(days)s day.",
            "Give it to %(email)s. It lets one person in (role: %(role)s) and ends after %(days)s days.",
            settings.INVITATION_DAYS,
        )
        % {
            "email": invitation.email,
            "role": invitation.get_role_display(),
            "days": settings.INVITATION_DAYS,
        },
    )


@require_POST
@admin_required
def team_password_link(request: MemberRequest, user_id: int) -> HttpResponse:
    try:
        token = make_password_link(user_id, by=request.user)
    except Refused as refused:
        return _back(request, refused)
    except User.DoesNotExist:
        raise Http404("There is no such member.") from None
    name = User.objects.get(pk=user_id)
    return _show_link(
        request,
        title=_("New password for %(name)s") % {"name": name},
        address=link("new_password", token),
        words=_(
            "Give it to %(name)s, nobody else: whoever opens it first chooses the password. It works once and "
            "ends after %(hours)s hours. %(name)s will see that you made it."
        )
        % {"name": name, "hours": round(LIFETIME.total_seconds() / 3600)},
    )


@never_cache
def _show_link(request: MemberRequest, **context: str) -> HttpResponse:
    return render(request, "accounts/link.html", context)


@require_POST
@admin_required
def team_revoke(request: MemberRequest, invitation_id: int) -> HttpResponse:
    try:
        revoked = revoke_invitation(invitation_id, by=request.user)
    except Refused as refused:
        return _back(request, refused)
    if not revoked:
        return _back(request, _("This invitation was not open any more."))
    return _back(request, _("The invitation is taken back; its link does not work any more."))


@require_POST
@admin_required
def team_role(request: MemberRequest, user_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _back(request, Refused(_("There is no such role. Choose one from the list.")))
    return _deed(
        request,
        lambda: change_role(user_id, form.cleaned_data["role"], by=request.user),
        _("%(name)s is now %(role)s. Signed out everywhere, so that no page shows the old rights."),
    )


@require_POST
@admin_required
def team_deactivate(request: MemberRequest, user_id: int) -> HttpResponse:
    return _deed(
        request,
        lambda: deactivate(user_id, by=request.user),
        _("%(name)s is deactivated and signed out everywhere. The conversations are kept."),
    )


@require_POST
@admin_required
def team_reactivate(request: MemberRequest, user_id: int) -> HttpResponse:
    return _deed(request, lambda: reactivate(user_id, by=request.user), _("%(name)s can sign in again."))


def _deed(request: MemberRequest, deed: Callable[[], User], done: str) -> HttpResponse:
    """Do it and go back to the list with the sentence `done` (`name` and `role`)."""
    try:
        user = deed()
    except Refused as refused:
        return _back(request, refused)
    except User.DoesNotExist:
        raise Http404("There is no such member.") from None
    return _back(request, done % {"name": user, "role": user.get_role_display()})


def _back(request: MemberRequest, words: str | Refused) -> HttpResponse:
    if isinstance(words, Refused):
        messages.error(request, words.sentence)
    else:
        messages.success(request, words)
    return redirect("accounts:team")
