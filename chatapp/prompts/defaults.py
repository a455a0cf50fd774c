"""The deeds: add settings to somebody's, or the team's, defaults, and clear them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from .models import Defaults


@transaction.atomic
def keep(values: Mapping[str, Any], owner=None) -> None:
    """Set `values`, which are already valid, as defaults of `owner` (of the team, if None).

    Defaults of other names stay: a chat that only sets a temperature must not wipe out a system prompt.
    """
    row, _ = Defaults.objects.select_for_update().get_or_create(owner=owner)
    row.values = {**row.values, **values}
    row.save()


def clear(owner=None) -> None:
    """Forget all defaults of `owner` (of the team, if None)."""
    Defaults.objects.filter(owner=owner).delete()
