"""Join the team by an invitation."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.audit_actions import JOINED
from chatapp.accounts.models import Invitation, Membership, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import hash_token
from chatapp.audit.record import record

UNKNOWN = gettext_lazy("This invitation link is not valid. Check that it was copied whole, or ask for a new one.")
CLOSED = {
    "used": gettext_lazy("This invitation has been used. Sign in, or ask an administrator for a new one."),
    "revoked": gettext_lazy("This invitation was taken back. Ask an administrator for a new one."),
    "expired": gettext_lazy("This invitation has expired. Ask an administrator for a new one."),
}


def find_invitation(token: str) -> Invitation:
    """The open invitation of `token`. Raises Refused with the sentence that says why there is none."""
    invitation = Invitation.objects.filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise Refused(UNKNOWN)
    if invitation.state != "open":
        raise Refused(CLOSED[invitation.state])
    return invitation


def join(token: str, *, name: str, password: str) -> User:
    """The new user, with the address, role and groups of the invitation, which is then used.

    Raises Refused. However many ask at once with one token, one gets in: the conditional UPDATE lets
    one of them through. The password was validated by the form.
    """
    invitation = find_invitation(token)
    user = User.objects.new_user(invitation.email, password, name=name, role=invitation.role)
    try:
        with transaction.atomic():
            if not Invitation.objects.open().filter(pk=invitation.pk).update(used_at=timezone.now()):
                invitation.refresh_from_db()
                raise Refused(CLOSED.get(invitation.state, UNKNOWN))
            user.save()
            Invitation.objects.filter(pk=invitation.pk).update(used_by=user)
            groups = list(invitation.groups.all())
            Membership.objects.bulk_create([Membership(user=user, group=group) for group in groups])
            detail = {"role": user.role, "groups": [group.name for group in groups]}
            record(JOINED, actor=user, subject=user, detail=detail)
    except IntegrityError:
        raise Refused(
            _("%(email)s has an account already. Sign in with it.") % {"email": invitation.email}
        ) from None
    return user
