"""Two versions of a prompt, or a version and a draft, beside each other, put into words."""

from typing import Any

from django.utils.translation import gettext as _

from chatapp.conversations.branches.compare import Marker
from chatapp.prompts.content import Content
from chatapp.prompts.variables import MEMBER_FIELDS, TYPES, Variable
from chatapp.workersai.parameters import BY_NAME

EMPTY = Content()


def difference(before: Content, after: Content) -> dict[str, Any]:
    """What templates/prompts/_diff.html shows."""
    settings = [
        {
            "label": str(BY_NAME[name].label),
            "before": _said(before.settings, name),
            "after": _said(after.settings, name),
        }
        for name in BY_NAME
        if before.settings.get(name) != after.settings.get(name)
    ]
    return {
        "is_same": before.hash == after.hash,
        "text": Marker().together(before.text, after.text) if before.text != after.text else None,
        "settings": settings,
        "variables": _variables(before, after),
    }


def _variables(before: Content, after: Content) -> list[dict[str, Any]]:
    old, new = ({one.name: describe(one) for one in side.variables} for side in (before, after))
    names = [*old, *(name for name in new if name not in old)]
    return [
        {"label": name, "before": old.get(name, ""), "after": new.get(name, "")}
        for name in names
        if old.get(name) != new.get(name)
    ]


def describe(one: Variable) -> str:
    """A variable in a line."""
    parts = [str(TYPES[one.type])]
    if one.type == "choice":
        parts[0] += ": " + ", ".join(one.choices)
    if one.type == "member":
        parts[0] += ": " + str(MEMBER_FIELDS[one.field])
    if one.label:
        parts.append(f"“{one.label}”")
    if one.required:
        parts.append(_("needed"))
    if one.default:
        parts.append(_("otherwise “%(value)s”") % {"value": one.default})
    return " · ".join(parts)


def _said(settings: dict[str, Any], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value)
