"""Invite somebody, and take an invitation back."""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import INVITATION_REVOKED, INVITED
from chatapp.accounts.models import Group, Invitation, Role, User, normal_email
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import hash_token, new_token
from chatapp.audit.record import record


def invite(
    email: str, role: str = Role.MEMBER, *, groups: Collection[int] = (), by: User | None
) -> tuple[Invitation, str]:
    """A new invitation and its token, which is not stored; an open one to the same address ends.

    `groups`: ids of those that the new member will be in. `by` None is the command line. Raises Refused if the
    address has an account or `by` may not invite.
    """
    email = normal_email(email)
    if role not in Role.values:
        raise Refused(
            _("There is no such role. Choose one of these: %(roles)s.") % {"roles": ", ".join(Role.values)},
            "role",
        )
    token = new_token()
    with transaction.atomic():
        lock_admins(by)
        if known := User.objects.filter(email=email).first():
            if known.is_active:
                raise Refused(_("%(email)s has an account already.") % {"email": email}, "email")
            raise Refused(
                _("%(email)s has a deactivated account. Reactivate it instead.") % {"email": email}, "email"
            )
        chosen = list(Group.objects.filter(pk__in=groups))
        if len(chosen) != len(set(groups)):
            raise Refused(_("One of these groups is not there any more. Reload the page and try again."), "groups")
        Invitation.objects.open().filter(email=email).update(revoked_at=timezone.now())
        invitation = Invitation.objects.create(
            token_hash=hash_token(token),
            email=email,
            role=role,
            created_by=by,
            expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        )
        invitation.groups.set(chosen)
        detail = {"role": role, "groups": [group.name for group in chosen], "until": invitation.expires_at}
        record(INVITED, actor=by, subject=invitation, detail=detail)
    return invitation, token


def revoke_invitation(invitation_id: int, *, by: User | None) -> bool:
    """End an open invitation; False if it was not open any more. Raises Refused if `by` may not."""
    with transaction.atomic():
        lock_admins(by)
        revoked = Invitation.objects.open().filter(pk=invitation_id).update(revoked_at=timezone.now())
        if revoked:
            record(INVITATION_REVOKED, actor=by, subject=Invitation.objects.get(pk=invitation_id))
        return bool(revoked)
