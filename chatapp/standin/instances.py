"""A plausible value for a JSON schema, with words and numbers taken from a text."""

from __future__ import annotations

import re
from typing import Any

from . import refusals
from .pen import Pen

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[\"'“”‘’`]([^\"'“”‘’`]{1,80})[\"'“”‘’`]")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b([A-Z][\w-]+(?:\s[A-Z][\w-]+)*)")
_FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T09:30:00Z",
    "time": "09:30:00Z",
    "email": "alice@example.org",
    "uri": "https://example.org/",
    "uuid": "3f2b8c1e-5a4d-4e6f-9b7a-1c2d3e4f5a6b",
    "ipv4": "192.0.2.1",
}
_DEEPEST = 12
"""Schemas that require themselves end here, unmet: there is no valid value."""


class _Maker:
    def __init__(self, root: dict[str, Any], text: str, pen: Pen) -> None:
        self._root = root
        self._pen = pen
        self._numbers = [float(n) for n in _NUMBER.findall(text)]
        self._words = _QUOTED.findall(text) + _NAME.findall(text)
        self._text = text

    def make(self, schema: Any, name: str, depth: int) -> Any:
        schema = self._resolve(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._choice(schema["enum"])
        if "default" in schema:
            return schema["default"]
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
        if kind is None:
            kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
        maker = getattr(self, f"_{kind}", None)
        return maker(schema, name, depth) if maker else None

    def _resolve(self, schema: Any) -> dict[str, Any]:
        """The schema itself, through local references and the first branch of a choice."""
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict):
                return {}
            reference = schema.get("$ref")
            if isinstance(reference, str):
                schema = self._referred(reference)
            elif schema.get("anyOf") or schema.get("oneOf"):
                options = schema.get("anyOf") or schema["oneOf"]
                schema = next((o for o in options if isinstance(o, dict) and o.get("type") != "null"), options[0])
            elif schema.get("allOf"):
                schema = self._merged(schema)
            else:
                return schema
        return {}

    def _referred(self, reference: str) -> Any:
        found: Any = self._root
        for part in reference.lstrip("#").split("/")[1:]:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def _merged(self, schema: dict[str, Any]) -> dict[str, Any]:
        merged = {k: v for k, v in schema.items() if k != "allOf"}
        properties, required = dict(merged.get("properties", {})), list(merged.get("required", []))
        for part in schema["allOf"]:
            resolved = self._resolve(part)
            merged.update(resolved)
            properties.update(resolved.get("properties", {}))
            required += resolved.get("required", [])
        return {**merged, "properties": properties, "required": required}

    def _choice(self, options: list[Any]) -> Any:
        said = [o for o in options if isinstance(o, str)]
        named = [o for o in said if re.search(rf"(?<!\w){re.escape(o)}(?!\w)", self._text, re.I)]
        return named[0] if named else self._pen.pick(options)

    def _object(self, schema: dict[str, Any], name: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = set(schema.get("required", [])) if depth <= _DEEPEST else set()
        wanted = [p for p in properties if p in required or depth < 3]
        made = {p: self.make(properties[p], p, depth + 1) for p in wanted}
        made.update({p: "…" for p in required if p not in properties})
        return made

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        most = schema.get("maxItems", 3)
        count = 0 if depth > _DEEPEST else max(schema.get("minItems", 0), min(most, 2))
        items = schema.get("items", {"type": "string"})
        made = [self.make(items, name.rstrip("s"), depth + 1) for _ in range(count)]
        if schema.get("uniqueItems"):
            made = [m for i, m in enumerate(made) if m not in made[:i]]
        return made

    def _string(self, schema: dict[str, Any], name: str, depth: int) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = self._words.pop(0) if self._words else ""
        if not text:
            words = [w for w in re.findall(r"[^\W\d_]{4,}", self._text) if w.lower() not in name.lower()]
            text = " ".join(words[-2:]) if words else name or "text"
        text = text.ljust(schema.get("minLength", 0), ".")
        return text[: schema.get("maxLength", 200)]

    def _number(self, schema: dict[str, Any], name: str, depth: int) -> float | int:
        value: float = self._numbers.pop(0) if self._numbers else self._pen.rng.randint(1, 20)
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        if low is not None and (value < low or value == schema.get("exclusiveMinimum")):
            value = low if "minimum" in schema else low + 1
        if high is not None and (value > high or value == schema.get("exclusiveMaximum")):
            value = high if "maximum" in schema else high - 1
        step = schema.get("multipleOf")
        if step:
            value = round(value / step) * step
        return int(value) if value == int(value) else value

    def _integer(self, schema: dict[str, Any], name: str, depth: int) -> int:
        return int(self._number(schema, name, depth))

    def _boolean(self, schema: dict[str, Any], name: str, depth: int) -> bool:
        return True

    def _null(self, schema: dict[str, Any], name: str, depth: int) -> None:
        return None


def instance(schema: dict[str, Any], text: str, pen: Pen) -> Any:
    """A value valid for ``schema``: types, enum, const, ranges, lengths, local $ref; not pattern.

    Raises Refusal (5024) when the schema itself makes no sense.
    """
    try:
        return _Maker(schema, text, pen).make(schema, "", 0)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError):
        # A schema may be wrong in as many ways as there are keywords.
        raise refusals.json_mode_not_met() from None
