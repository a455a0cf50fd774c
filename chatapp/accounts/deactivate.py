"""Take the access of a user away, and give it back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import DEACTIVATED, REACTIVATED
from chatapp.accounts.models import Invitation, PasswordLink, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.review_grants import end_grants_of
from chatapp.accounts.sessions import end_every_session
from chatapp.audit.record import record

LAST_ADMIN = gettext_lazy("%(name)s is the only active administrator. Make somebody else an administrator first.")


def deactivate(user_id: int, *, by: User | None) -> User:
    """Deactivate; sessions, sockets, replies, rights to review and open links of the user end. Twice is as once.

    The links are those the user made (a removed administrator must not keep a way in) and those made
    for the user. `by` None is the command line. Raises Refused, also for the last active administrator;
    User.DoesNotExist for an unknown id.
    """
    with transaction.atomic():
        admins = lock_admins(by)
        user = User.objects.get(pk=user_id)
        if admins == {user_id}:
            raise Refused(LAST_ADMIN % {"name": user})
        User.objects.filter(pk=user_id).update(is_active=False)
        end_every_session(user_id)
        end_open_links(user_id)
        PasswordLink.objects.filter(user=user_id, used_at=None, revoked_at=None).update(revoked_at=timezone.now())
        end_grants_of(user, by=by)
        if user.is_active:
            record(DEACTIVATED, actor=by, subject=user)
        user.refresh_from_db()
    return user


def reactivate(user_id: int, *, by: User | None) -> User:
    """Let a deactivated user sign in again, with role and password as before; no earlier session revives.

    Raises Refused if `by` may not; User.DoesNotExist for an unknown id.
    """
    with transaction.atomic():
        lock_admins(by)
        changed = User.objects.filter(pk=user_id, is_active=False).update(is_active=True)
        user = User.objects.get(pk=user_id)
        if changed:
            record(REACTIVATED, actor=by, subject=user)
        return user


def end_open_links(admin_id: int) -> None:
    """Revoke the unused links that this administrator made. Call it inside a transaction."""
    now = timezone.now()
    Invitation.objects.open().filter(created_by=admin_id).update(revoked_at=now)
    PasswordLink.objects.filter(created_by=admin_id, used_at=None, revoked_at=None).update(revoked_at=now)
