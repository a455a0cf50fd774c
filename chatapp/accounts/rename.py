"""Take another name."""

from django.db import transaction

from chatapp.accounts.audit_actions import RENAMED
from chatapp.accounts.models import User
from chatapp.audit.record import record


def rename(user_id: int, name: str) -> None:
    """The user's own deed; the form has checked the name."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if user.name == name:
            return
        before, user.name = user.name, name
        User.objects.filter(pk=user_id).update(name=name)
        record(RENAMED, actor=user, subject=user, detail={"before": before})
