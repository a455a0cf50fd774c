"""What is hashed. Whoever changes this breaks every chain that exists."""

import datetime
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Entry

GENESIS = "0" * 64


def text_of(value: Any) -> Any:
    """`value` with strings that both databases keep as they are: no NUL, no halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {text_of(str(name)): text_of(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [text_of(inner) for inner in value]
    return value


def digest(entry: "Entry") -> str:
    """SHA-256 over all that the row says and the hash of the row before it, as 64 hex digits."""
    said = [
        entry.number,
        entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor_name,
        entry.actor_email,
        entry.action,
        entry.subject_type,
        entry.subject_key,
        entry.subject_label,
        entry.reason,
        entry.detail_json,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
