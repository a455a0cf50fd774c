"""The administrators' pages of groups."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.accounts.groups import delete_group, enter_group, leave_group, make_group, rename_group
from chatapp.accounts.models import Group, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.views.team import back
from chatapp.accounts.views.team_forms import GroupForm


@require_GET
@admin_required
def groups(request: MemberRequest) -> HttpResponse:
    return _list(request, GroupForm())


def _list(request: MemberRequest, form: GroupForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "groups": Group.objects.annotate(count=Count("memberships"))}
    return render(request, "accounts/groups.html", context, status=status)


@require_POST
@admin_required
def group_make(request: MemberRequest) -> HttpResponse:
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        group = make_group(form.cleaned_data["name"], by=request.user)
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _list(request, form, status=422)
    return back(request, _("The group “%(name)s” is there.") % {"name": group}, "accounts:group", group.pk)


@require_GET
@admin_required
def group(request: MemberRequest, group_id: int) -> HttpResponse:
    return _page(request, group_id)


def _page(request: MemberRequest, group_id: int, form: GroupForm | None = None, status: int = 200) -> HttpResponse:
    found = get_object_or_404(Group, pk=group_id)
    context = {
        "group": found,
        "form": form or GroupForm(initial={"name": found.name}),
        "members": found.members.order_by("-is_active", "name", "pk"),
        "others": User.objects.active().exclude(groups=found).order_by("name", "pk"),
        "grants": found.review_grants.open().select_related("reviewer"),
    }
    return render(request, "accounts/group.html", context, status=status)


@require_POST
@admin_required
def group_rename(request: MemberRequest, group_id: int) -> HttpResponse:
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _page(request, group_id, form, status=422)
    try:
        rename_group(group_id, form.cleaned_data["name"], by=request.user)
    except Refused as refused:
        if refused.field is None:
            return back(request, refused, "accounts:groups")
        form.add_error(refused.field, refused.sentence)
        return _page(request, group_id, form, status=422)
    return back(request, _("The group has a new name."), "accounts:group", group_id)


@require_POST
@admin_required
def group_delete(request: MemberRequest, group_id: int) -> HttpResponse:
    try:
        gone = delete_group(group_id, by=request.user)
    except Refused as refused:
        return back(request, refused, "accounts:groups")
    return back(
        request,
        _("The group “%(name)s” is deleted. Its members stay in the team.") % {"name": gone.name},
        "accounts:groups",
    )


@require_POST
@admin_required
def group_enter(request: MemberRequest, group_id: int) -> HttpResponse:
    """Field `user`: the id of who enters."""
    return _member(request, group_id, enter_group, _("%(name)s is in the group now."))


@require_POST
@admin_required
def group_leave(request: MemberRequest, group_id: int) -> HttpResponse:
    """Field `user`: the id of who leaves."""
    return _member(request, group_id, leave_group, _("%(name)s is not in the group any more."))


def _member(request: MemberRequest, group_id: int, deed: object, done: str) -> HttpResponse:
    get_object_or_404(Group, pk=group_id)
    chosen = request.POST.get("user", "")
    try:
        if not chosen.isascii() or not chosen.isdigit() or len(chosen) > 15:
            raise Refused(_("Choose a member."))
        user = deed(int(chosen), group_id, by=request.user)  # type: ignore[operator]
    except User.DoesNotExist:
        return back(request, Refused(_("There is no such member. Reload the page.")), "accounts:group", group_id)
    except Refused as refused:
        return back(request, refused, "accounts:group", group_id)
    return back(request, done % {"name": user}, "accounts:group", group_id)
