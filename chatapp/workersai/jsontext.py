"""JSON and text at the edges: what cannot be written or stored is made writable, never raised."""

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """Compact JSON text; integers beyond 64 bits included, "" for what is nested beyond reason."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        try:
            return json.dumps(value, separators=(",", ":"))
        except RecursionError:
            return ""


def as_text(value: Any) -> str:
    """Content that is no string: digits and booleans as their JSON, a list of parts joined, an object as JSON.

    Some servers send a token like `6` or `true` as a JSON number or boolean.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(part, dict | str) for part in value):
        texts = [part if isinstance(part, str) else part.get("text") for part in value]
        if all(isinstance(text, str) for text in texts):
            return "".join(texts)
    return dumps(value)


def storable(text: str) -> str:
    """Without lone surrogates and NUL, which UTF-8 and PostgreSQL do not take."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")
