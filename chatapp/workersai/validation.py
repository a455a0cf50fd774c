"""Settings as typed or stored, checked against the table of parameters (parameters.py)."""

import math
import re
from collections.abc import Mapping
from typing import Any

from .parameters import BY_NAME, Parameter, number
from .words import translatable

# What is wrong with a value, and what to do.
UNKNOWN = translatable("The model has no setting of this name. Remove it.")
FILLED_IN = translatable("This is filled in by the chat itself. Remove it.")
DEPRECATED = translatable("This is deprecated. Use “tools” instead.")
NUMBER = translatable("Write a number, with a point for decimals, such as 0.7.")
NUMBER_FROM = translatable("Write a number from %(least)s to %(most)s, with a point for decimals, such as 0.7.")
WHOLE = translatable("Write a whole number.")
WHOLE_FROM = translatable("Write a whole number from %(least)s to %(most)s.")
TOO_LITTLE = translatable("Must be at least %(least)s.")
TOO_MUCH = translatable("Must be at most %(most)s.")
TEXT = translatable("Write a text.")
ONE_OF = translatable("Choose one of: %(choices)s.")
ON_OR_OFF = translatable("Choose on or off.")
OBJECT = translatable("Give an object with %(parts)s.")
FORMAT = translatable("Give an object whose type is json_object or json_schema.")
SCHEMA_MISSING = translatable("Give the schema as an object under json_schema.")
LIST = translatable("Give a list.")
TOOL = translatable("Every tool must be an object.")
TOOL_NAME = translatable("Every tool needs a name of up to 64 letters, digits, “_” and “-”.")
TOOL_SCHEMA = translatable("The parameters of the tool “%(name)s” must be a JSON schema.")

# Written by the application itself, not a setting of anybody.
_OURS = {"input", "messages", "prompt", "requests", "stream"}


class InvalidParameters(ValueError):
    """`errors`: parameter name → sentence, to be shown beside the field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in errors.items()))
        self.errors = errors


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as typed or stored → settings as sent.

    Unset (missing, None, "" or white space) stays unset and is left out. Numbers may come as text. Parts may come
    dotted ("reasoning.effort") or nested; they go out nested. Raises InvalidParameters with all errors at once.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in flat(values).items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        parameter = BY_NAME.get(name)
        try:
            if parameter is None:
                raise ValueError(UNKNOWN)
            if name in _OURS:
                raise ValueError(FILLED_IN)
            if parameter.deprecated:
                raise ValueError(DEPRECATED)
            value = _CLEANERS[parameter.type](parameter, value)
        except ValueError as error:
            errors[name] = str(error)
            continue
        owner, _, part = name.partition(".")
        if part:
            cleaned.setdefault(owner, {})[part] = value
        else:
            cleaned[name] = value
    if errors:
        raise InvalidParameters(errors)
    return cleaned


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Objects by their dotted parts: {"reasoning": {"effort": "low"}} → {"reasoning.effort": "low"}."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        row = BY_NAME.get(name)
        if row and row.parts and isinstance(value, Mapping):
            found.update({f"{name}.{part}": inner for part, inner in value.items()})
        else:
            found[name] = value
    return found


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def _number(parameter: Parameter, value: Any) -> float | int:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(_wanted(parameter, NUMBER, NUMBER_FROM))
    _within(parameter, value)
    return int(value) if float(value).is_integer() else value


def _integer(parameter: Parameter, value: Any) -> int:
    whole = float(value) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else value
    if isinstance(whole, bool) or not isinstance(whole, int | float) or not float(whole).is_integer():
        raise ValueError(_wanted(parameter, WHOLE, WHOLE_FROM))
    _within(parameter, whole)
    return int(whole)


def _wanted(parameter: Parameter, form: str, form_from: str) -> str:
    if parameter.minimum is None or parameter.maximum is None:
        return form
    return form_from % {"least": number(parameter.minimum), "most": number(parameter.maximum)}


def _within(parameter: Parameter, value: float) -> None:
    if parameter.minimum is not None and value < parameter.minimum:
        raise ValueError(TOO_LITTLE % {"least": number(parameter.minimum)})
    if parameter.maximum is not None and value > parameter.maximum:
        raise ValueError(TOO_MUCH % {"most": number(parameter.maximum)})


def _string(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(TEXT)
    if parameter.choices and value not in parameter.choices:
        raise ValueError(ONE_OF % {"choices": ", ".join(parameter.choices)})
    return value


def _boolean(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "on", "1", "false", "off", "0"):
        return value.lower() in ("true", "on", "1")
    raise ValueError(ON_OR_OFF)


def _object(parameter: Parameter, value: Any) -> dict[str, Any]:
    if parameter.name == "response_format":
        return _response_format(value)
    raise ValueError(OBJECT % {"parts": ", ".join(part.name for part in parameter.parts)})


def _response_format(value: Any) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in ("text", "json_object", "json_schema"):
        raise ValueError(FORMAT)
    if kind == "json_schema" and not isinstance(value.get("json_schema"), Mapping):
        raise ValueError(SCHEMA_MISSING)
    return dict(value)


_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def _array(parameter: Parameter, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(LIST)
    for tool in value:
        function = tool.get("function", tool) if isinstance(tool, Mapping) else None
        if not isinstance(function, Mapping):
            raise ValueError(TOOL)
        name = function.get("name")
        if not isinstance(name, str) or not _TOOL_NAME.fullmatch(name):
            raise ValueError(TOOL_NAME)
        if not isinstance(function.get("parameters", {}), Mapping):
            raise ValueError(TOOL_SCHEMA % {"name": name})
    return value


_CLEANERS = {
    "number": _number,
    "integer": _integer,
    "string": _string,
    "boolean": _boolean,
    "object": _object,
    "array": _array,
}
