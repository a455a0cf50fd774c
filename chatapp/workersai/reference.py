"""The parameter table as rows for a page of reference."""

from typing import Any

from chatapp.workersai.parameters import PARAMETERS, Parameter, number


def parameters_reference() -> list[dict[str, Any]]:
    """One row per parameter, an object's parts right after it, all values as words ready to be shown.

    Keys: name, type, label, group, description (as published), help, range, default, required_in, sent_by_chat,
    in_panel, deprecated, source.
    """
    return [_row(parameter) for row in PARAMETERS for parameter in (row, *row.parts)]


def _row(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "label": parameter.label,
        "group": parameter.group,
        "description": parameter.description,
        "help": parameter.help,
        "range": parameter.range,
        "default": _default(parameter.default),
        "required_in": ", ".join(parameter.required_in),
        "sent_by_chat": bool(parameter.forms),
        "in_panel": parameter.in_panel,
        "deprecated": parameter.deprecated,
        "source": parameter.source,
    }


def _default(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return number(value) if isinstance(value, int | float) else str(value)
