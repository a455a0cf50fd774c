"""Invite somebody, and take an invitation back."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.models import Invitation, Role, User, normal_email
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import hash_token, new_token


def invite(email: str, role: str = Role.MEMBER, *, by: User | None) -> tuple[Invitation, str]:
    """A new invitation and its token, which is not stored; an open one to the same address ends.

    `by` None is the command line. Raises Refused if the address has an account or `by` may not invite.
    """
    email = normal_email(email)
    if role not in Role.values:
        raise Refused(f"There is no role {role!r}. Choose one of {', '.join(Role.values)}.", "role")
    token = new_token()
    with transaction.atomic():
        lock_admins(by)
        if known := User.objects.filter(email=email).first():
            if known.is_active:
                raise Refused(f"{email} has an account already.", "email")
            raise Refused(f"{email} has a deactivated account. Reactivate it instead.", "email")
        Invitation.objects.open().filter(email=email).update(revoked_at=timezone.now())
        invitation = Invitation.objects.create(
            token_hash=hash_token(token),
            email=email,
            role=role,
            created_by=by,
            expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        )
    return invitation, token


def revoke_invitation(invitation_id: int, *, by: User | None) -> bool:
    """End an open invitation; False if it was not open any more. Raises Refused if `by` may not."""
    with transaction.atomic():
        lock_admins(by)
        return bool(Invitation.objects.open().filter(pk=invitation_id).update(revoked_at=timezone.now()))
