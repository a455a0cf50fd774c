"""Sign a user out of every browser."""

from django.db import transaction

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import MEMBER_SESSIONS_ENDED, SESSIONS_ENDED
from chatapp.accounts.models import User
from chatapp.accounts.sessions import end_every_session
from chatapp.audit.record import record


def signout_everywhere(user_id: int, *, by: User) -> User:
    """End every session of the user, the asking one included; sockets follow within two seconds.

    `by`: the user, or an administrator; raises Refused if `by` is neither, User.DoesNotExist for an unknown id.
    """
    own = by.pk == user_id
    with transaction.atomic():
        if not own:
            lock_admins(by)
        user = User.objects.get(pk=user_id)
        end_every_session(user_id)
        record(SESSIONS_ENDED if own else MEMBER_SESSIONS_ENDED, actor=by, subject=user)
    return user
