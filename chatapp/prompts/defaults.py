"""The deeds: add settings to somebody's, or the team's, defaults, and clear them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from chatapp.audit.record import Subject, record

from .audit_actions import TEAM_DEFAULTS
from .models import Defaults


@transaction.atomic
def keep(values: Mapping[str, Any], owner=None, *, by=None) -> None:
    """Set `values`, which are already valid, as defaults of `owner` (of the team, if None).

    Defaults of other names stay: a chat that only sets a temperature must not wipe out a system prompt.
    """
    row, _ = Defaults.objects.select_for_update().get_or_create(owner=owner)
    _put(row, {**row.values, **values}, by)


@transaction.atomic
def replace(values: Mapping[str, Any], owner=None, *, by=None) -> None:
    """These `values` and no others are the defaults of `owner` (of the team, if None)."""
    row, _ = Defaults.objects.select_for_update().get_or_create(owner=owner)
    _put(row, dict(values), by)


@transaction.atomic
def clear(owner=None, *, by=None) -> None:
    """Forget all settings of `owner` (of the team, if None); the team's default prompt stays."""
    for row in Defaults.objects.select_for_update(of=("self",)).filter(owner=owner):
        _put(row, {}, by)
        if row.prompt_id is None:
            row.delete()


def _put(row: Defaults, values: dict[str, Any], by) -> None:
    before, row.values = row.values, values
    row.save()
    if row.owner_id is None and before != values:
        changed = {
            name: {"before": _short(before.get(name)), "after": _short(values.get(name))}
            for name in sorted({*before, *values})
            if before.get(name) != values.get(name)
        }
        record(TEAM_DEFAULTS, actor=by, subject=Subject("defaults", "team"), detail=changed)


def _short(value: Any) -> Any:
    """A system prompt may be long; the log says that it changed and how it began."""
    return value if not isinstance(value, str) or len(value) <= 200 else f"{value[:200]}…"
