"""Which value counts, and where it comes from.

Settings are flat: `system_prompt`, and the names of the panel's fields (chatapp/workersai/parameters.py).
A name that is missing is unset, which is not the same as any value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatapp import rows

from .models import Defaults

CHAT, FOLDER, MINE, TEAM = "chat", "folder", "mine", "team"


@dataclass(frozen=True, slots=True)
class Resolved:
    values: dict[str, Any]
    origins: dict[str, str]  # name → CHAT | FOLDER | MINE | TEAM


def resolve(chat: Mapping[str, Any], user, folder: Mapping[str, Any] | None = None) -> Resolved:
    """The settings that count for `user` (or the id of one) in a conversation with the settings `chat`, which lies
    in a folder with the settings `folder`."""
    # One query for both rows: every question waits for it.
    owner = getattr(user, "pk", user)
    found = rows.values(Defaults, ("owner_id", "values"), "WHERE owner_id = %s OR owner_id IS NULL", [owner])
    defaults = {TEAM if owner_id is None else MINE: kept for owner_id, kept in found}
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    layers = {TEAM: defaults.get(TEAM, {}), MINE: defaults.get(MINE, {}), FOLDER: folder or {}, CHAT: chat}
    for origin, layer in layers.items():
        for name, value in layer.items():
            if value is not None and value != "":
                values[name] = value
                origins[name] = origin
    return Resolved(values, origins)


def defaults_of(user) -> dict[str, Any]:
    row = Defaults.objects.filter(owner=user).first()
    return row.values if row else {}


def team_defaults() -> dict[str, Any]:
    row = Defaults.objects.filter(owner=None).first()
    return row.values if row else {}
