"""Let a member choose a new password by a link, where the server cannot send mail.

Whoever holds the link can sign in as that member, so each link stays on record: the member sees on
the own page who made it and when it was used.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import PASSWORD_CHANGED, PASSWORD_LINK_MADE
from chatapp.accounts.models import PasswordLink, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import hash_token, new_token
from chatapp.audit.record import record

LIFETIME = timedelta(hours=24)
GONE = gettext_lazy("This link is not valid any more. Ask an administrator for a new one.")


def make_password_link(user_id: int, *, by: User | None) -> str:
    """The token of a new link for the user; an earlier open one ends.

    `by` None is the command line. Raises Refused where the server can send mail (the member then asks
    for the mail), for a deactivated user and for oneself; User.DoesNotExist for an unknown id.
    """
    if settings.EMAIL_CONFIGURED:
        raise Refused(_("This server can send mail: “Forgot your password?” on the sign-in page does it."))
    token = new_token()
    with transaction.atomic():
        lock_admins(by)
        user = User.objects.get(pk=user_id)
        if not user.is_active:
            raise Refused(_("%(user)s is deactivated. Reactivate the account first.") % {"user": user})
        if by is not None and by.pk == user_id:
            raise Refused(_("You change your own password on your account page."))
        PasswordLink.objects.open().filter(user=user_id).update(revoked_at=timezone.now())
        PasswordLink.objects.create(
            token_hash=hash_token(token), user=user, created_by=by, expires_at=timezone.now() + LIFETIME
        )
        record(PASSWORD_LINK_MADE, actor=by, subject=user)
    return token


def find_password_link(token: str) -> PasswordLink:
    """The open link of `token`, with its user. Raises Refused."""
    found = PasswordLink.objects.open().select_related("user").filter(token_hash=hash_token(token)).first()
    if found is None or not found.user.is_active:
        raise Refused(GONE)
    return found


def use_password_link(token: str, password: str) -> User:
    """Set the new password, once; every session of the user ends. Raises Refused.

    The password was validated by the form.
    """
    found = find_password_link(token)
    user = found.user
    user.set_password(password)
    with transaction.atomic():
        # User first, then link: the order in which `deactivate` locks them.
        still_active = User.objects.active().select_for_update(no_key=True).filter(pk=user.pk).first()
        used = PasswordLink.objects.open().filter(pk=found.pk).update(used_at=timezone.now())
        if not still_active or not used:
            raise Refused(GONE)
        user.save(update_fields=["password"])
        record(PASSWORD_CHANGED, actor=user, subject=user, detail={"way": "administrator's link"})
    return user
