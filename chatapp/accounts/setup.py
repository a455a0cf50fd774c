"""Make the first administrator, by a link that only who starts the server sees."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.audit_actions import FIRST_ADMIN
from chatapp.accounts.models import Role, SetupLink, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import hash_token, new_token
from chatapp.audit.record import record

GONE = _("This setup link is not valid any more. Sign in, or ask an administrator for an invitation.")


def issue_setup_link() -> str | None:
    """A new one-time token, replacing an earlier one; None as soon as there is a user."""
    if User.objects.exists():
        return None
    token = new_token()
    with transaction.atomic():
        SetupLink.objects.update_or_create(
            pk=SetupLink.ONLY,
            defaults={"token_hash": hash_token(token), "issued_at": timezone.now(), "used_at": None},
        )
        # Having the row's lock means that nobody is using the earlier link any more.
        return None if User.objects.exists() else token


def setup_is_open(token: str) -> bool:
    """Whether `token` would make the first administrator now."""
    return (
        SetupLink.objects.filter(token_hash=hash_token(token), used_at=None).exists() and not User.objects.exists()
    )


def create_first_admin(token: str, *, email: str, name: str, password: str) -> User:
    """The first administrator. Raises Refused for a wrong or used token and when there is a user already.

    However many ask at once, one gets it: the conditional UPDATE lets one of them through, and who comes
    after it, by a link renewed meanwhile, finds a user. Password and address were validated by the form.
    """
    user = User.objects.new_user(email, password, name=name, role=Role.ADMIN)
    with transaction.atomic():
        mine = SetupLink.objects.filter(pk=SetupLink.ONLY, token_hash=hash_token(token), used_at=None).update(
            used_at=timezone.now()
        )
        if not mine or User.objects.exists():
            raise Refused(GONE)
        user.save()
        record(FIRST_ADMIN, actor=user, subject=user)
    return user
