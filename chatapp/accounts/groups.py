"""Make, rename and delete groups, and say who is in them."""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import GROUP_DELETED, GROUP_MADE, GROUP_RENAMED, GROUPS_CHANGED
from chatapp.accounts.models import Group, Membership, ReviewGrant, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.sessions import end_every_session
from chatapp.audit.record import record


def make_group(name: str, *, by: User | None) -> Group:
    """A new group. `by` None is the command line. Raises Refused: no name, the name is taken, `by` may not."""
    name = _good(name)
    try:
        with transaction.atomic():
            lock_admins(by)
            group = Group.objects.create(name=name)
            record(GROUP_MADE, actor=by, subject=group)
    except IntegrityError:
        raise _taken(name) from None
    return group


def rename_group(group_id: int, name: str, *, by: User | None) -> Group:
    """Raises Refused as `make_group`, and for a group that is gone."""
    name = _good(name)
    try:
        with transaction.atomic():
            lock_admins(by)
            group = _the(group_id)
            before, group.name = group.name, name
            if before != name:
                group.save(update_fields=["name"])
                record(GROUP_RENAMED, actor=by, subject=group, detail={"before": before})
    except IntegrityError:
        raise _taken(name) from None
    return group


def delete_group(group_id: int, *, by: User | None) -> Group:
    """The members stay in the team; rights to review the group end, and their reviewers are signed out.

    Raises Refused for a group that is gone, and if `by` may not.
    """
    with transaction.atomic():
        lock_admins(by)
        group = _the(group_id)
        members = group.memberships.count()
        _sign_out_reviewers([group_id])
        name = group.audit_label
        group.delete()
        record(GROUP_DELETED, actor=by, subject=("group", str(group_id), name), detail={"members": members})
    return group


def set_groups(user_id: int, group_ids: Collection[int], *, by: User | None) -> User:
    """The user is in these groups and in no others; reviewers of a group that was left are signed out.

    Raises Refused for a group that is gone, and if `by` may not; User.DoesNotExist for an unknown id.
    """
    with transaction.atomic():
        lock_admins(by)
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        change_groups(user, group_ids, by=by)
    return user


def change_groups(user: User, group_ids: Collection[int], *, by: User | None) -> None:
    """As `set_groups`, inside a transaction that holds the user's row; whether `by` may is the caller's part."""
    wanted = {group.pk: group for group in Group.objects.filter(pk__in=group_ids)}
    if len(wanted) != len(set(group_ids)):
        raise Refused(_("One of these groups is not there any more. Reload the page and try again."), "groups")
    before = {group.pk: group for group in user.groups.all()}
    left, entered = set(before) - set(wanted), set(wanted) - set(before)
    if not left and not entered:
        return
    Membership.objects.filter(user=user, group__in=left).delete()
    Membership.objects.bulk_create([Membership(user=user, group_id=pk) for pk in entered], ignore_conflicts=True)
    _sign_out_reviewers(left)
    detail = {
        "entered": sorted(wanted[pk].name for pk in entered),
        "left": sorted(before[pk].name for pk in left),
    }
    record(GROUPS_CHANGED, actor=by, subject=user, detail=detail)


def enter_group(user_id: int, group_id: int, *, by: User | None) -> User:
    """The user is in this group, too. Raises as `set_groups`."""
    return _step(user_id, group_id, by, enter=True)


def leave_group(user_id: int, group_id: int, *, by: User | None) -> User:
    """The user is not in this group any more. Raises as `set_groups`."""
    return _step(user_id, group_id, by, enter=False)


def _step(user_id: int, group_id: int, by: User | None, enter: bool) -> User:
    with transaction.atomic():
        lock_admins(by)
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        there = set(user.groups.values_list("pk", flat=True))
        change_groups(user, there | {group_id} if enter else there - {group_id}, by=by)
    return user


def _sign_out_reviewers(group_ids: Iterable[int]) -> None:
    """Whoever could read conversations through these groups holds no open page of them any more."""
    grants = ReviewGrant.objects.current().filter(group__in=list(group_ids))
    for reviewer in sorted(set(grants.values_list("reviewer", flat=True))):
        end_every_session(reviewer)


def _the(group_id: int) -> Group:
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise Refused(_("This group is not there any more. Reload the page."))
    return group


def _good(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(_("Type a name for the group."), "name")
    if len(name) > 80:
        raise Refused(_("A group's name has at most 80 characters. Shorten it."), "name")
    return name


def _taken(name: str) -> Refused:
    return Refused(_("There is a group “%(name)s” already. Choose another name.") % {"name": name}, "name")
