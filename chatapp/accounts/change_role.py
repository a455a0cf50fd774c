"""Change what a user may do."""

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import ROLE_CHANGED
from chatapp.accounts.deactivate import LAST_ADMIN, end_open_links
from chatapp.accounts.models import Role, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.review_grants import end_grants_of
from chatapp.accounts.sessions import end_every_session
from chatapp.audit.record import record


def change_role(user_id: int, role: str, *, by: User | None) -> User:
    """Give the user this role; a real change ends the user's sessions, so that no page shows old rights.

    Who stops being administrator leaves no open links behind, who stops being reviewer no rights to review.
    `by` None is the command line. Raises Refused, also for demoting the last active administrator;
    User.DoesNotExist for an unknown id.
    """
    if role not in Role.values:
        raise Refused(
            _("There is no such role. Choose one of these: %(roles)s.") % {"roles": ", ".join(Role.values)},
            "role",
        )
    with transaction.atomic():
        admins = lock_admins(by)
        user = User.objects.get(pk=user_id)
        if user.role == role:
            return user
        if admins == {user_id}:
            raise Refused(LAST_ADMIN % {"name": user})
        User.objects.filter(pk=user_id).update(role=role)
        end_every_session(user_id)
        if user.role == Role.ADMIN:
            end_open_links(user_id)
        end_grants_of(user, by=by)
        before = user.role
        user.refresh_from_db()
        record(ROLE_CHANGED, actor=by, subject=user, detail={"before": before, "after": role})
    return user
