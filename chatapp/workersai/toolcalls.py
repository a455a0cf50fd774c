"""Tool calls out of fragments: which piece belongs to which call, under ids of our own."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from chatapp.workersai.events import ToolCallDelta
from chatapp.workersai.jsontext import dumps, storable

MAX_CALLS = 128  # in one answer; more is a runaway


def new_id() -> str:
    return f"call_{secrets.token_hex(12)}"


class ToolCalls:
    """Upstream indexes, ids and order → ToolCallDelta with a plain running index.

    Seen on the wire: id and name once, then argument fragments by index; whole calls in one chunk, also with an
    object for arguments; the flat native form; no index at all; a second call under the index of the first;
    arguments before the name; a closing piece full of nulls.
    """

    def __init__(self, make_id: Callable[[], str] = new_id) -> None:
        self._make_id = make_id
        self._calls: list[_Call] = []
        self._by_key: dict[Any, _Call] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def knows(self, key: Any) -> bool:
        """Whether a call of this upstream index has begun."""
        return isinstance(key, int) and key in self._by_key

    def feed(self, pieces: Any) -> list[ToolCallDelta]:
        """The `tool_calls` array of one chunk. What is no tool call is left out."""
        if not isinstance(pieces, list):
            return []
        return [delta for piece in pieces if isinstance(piece, Mapping) for delta in self._piece(piece)]

    def _piece(self, piece: Mapping[str, Any]) -> list[ToolCallDelta]:
        inner = piece.get("function")
        function = inner if isinstance(inner, Mapping) else piece
        name = clean_name(function.get("name"))
        arguments = _arguments(function.get("arguments"))
        call = self._call_of(piece, name)
        if call is None:
            return []
        said = "" if call.named else name
        if said:
            call.named = True
        if not said and not arguments and call.begun:
            return []
        call.begun = True
        return [ToolCallDelta(call.index, call.id, said, arguments)]

    def _call_of(self, piece: Mapping[str, Any], name: str) -> "_Call | None":
        key, upstream_id = piece.get("index"), piece.get("id")
        if not isinstance(key, int):
            if not name and not upstream_id:
                return self._calls[-1] if self._calls else None
            key = ("unnumbered", len(self._calls))
            for call in self._calls:
                if upstream_id and call.upstream_id == upstream_id:
                    return call
            # Arguments may come before the name: the name then completes the open call.
            if self._calls and not self._calls[-1].named:
                return self._calls[-1]
        known = self._by_key.get(key)
        another = known and upstream_id and name and known.named and upstream_id != known.upstream_id
        if known is None or another:
            if len(self._calls) >= MAX_CALLS:
                return None
            if not name and not upstream_id and "function" not in piece and "arguments" not in piece:
                return None
            call = _Call(len(self._calls), self._make_id(), upstream_id)
            self._calls.append(call)
            self._by_key[key] = call
            return call
        return known


class _Call:
    __slots__ = ("begun", "id", "index", "named", "upstream_id")

    def __init__(self, index: int, own_id: str, upstream_id: Any) -> None:
        self.index = index
        self.id = own_id
        self.upstream_id = upstream_id
        self.named = False
        self.begun = False


def clean_name(name: Any) -> str:
    """A tool's name without what the template leaked into it (`add<|channel|>commentary`, `functions.add`)."""
    if not isinstance(name, str):
        return ""
    return storable(name).partition("<|")[0].strip().removeprefix("functions.")


def _arguments(arguments: Any) -> str:
    if arguments is None:
        return ""
    return storable(arguments if isinstance(arguments, str) else dumps(arguments))
