"""The deed: remember what a member chose for the page."""

from typing import Any

from django.db import transaction

from .models import User


def prefer(user_id: int, **chosen: Any) -> None:
    """Put these preferences (JSON values) beside the others; None forgets one."""
    with transaction.atomic():
        # Read again under lock: two tabs may choose different things at once.
        user = User.objects.select_for_update().only("preferences").get(pk=user_id)
        kept = {name: value for name, value in {**user.preferences, **chosen}.items() if value is not None}
        User.objects.filter(pk=user_id).update(preferences=kept)
