"""The rule that there is always an active administrator."""

from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.accounts.refused import Refused


def lock_admins(by: User | None) -> set[int]:
    """The ids of the active administrators, who stay so until the transaction ends.

    PostgreSQL locks their rows, not their keys: rows that merely refer to an administrator may still be
    written. SQLite needs no lock, since an IMMEDIATE transaction is alone.
    `by` is who asks, checked again here because the right may have gone since the request began;
    None is the command line. Raises Refused.
    """
    rows = User.objects.admins().select_for_update(no_key=True).order_by("pk")
    admins = set(rows.values_list("pk", flat=True))
    if by is not None and by.pk not in admins:
        raise Refused(_("Only administrators can do this, and you are not one any more."))
    return admins
