"""What can be recorded. A room declares its actions in its module `audit_actions.py`, which is found by itself:

ROLE_CHANGED = action("member.role", _("Role changed"))
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_known: dict[str, Any] = {}
ACTIONS: Mapping[str, Any] = MappingProxyType(_known)


def action(code: str, words: "str | _StrPromise") -> str:
    """Declare an action: `area.deed`, and what people read (translatable lazily). Returns the code."""
    if code in _known:
        raise ValueError(f"The action {code} is declared twice.")
    _known[code] = words
    return code


def words_of(code: str) -> str:
    """What people read for a code; the code itself for one that no version of today knows."""
    return str(_known.get(code, code))
