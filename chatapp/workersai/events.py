"""What comes out of the wire: plain values, nothing stored, nothing painted.

A stream gives, in this order:

    Opened, or Waiting… Opened      the 200 came (again, if an attempt failed before its first token)
    ReasoningDelta | TextDelta | ToolCallDelta, any number, never empty
    Usage                           at most once, when the upstream counted
    Finished                        at most once, last; only if the model said that it had finished
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Opened:
    """The upstream answered 200. `body` is exactly what was sent, `path` the path of the address."""

    path: str
    model: str
    body: Mapping[str, Any]
    form: str
    request_id: str | None
    attempt: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt failed before its first token; the next starts in `seconds`. `reason` is the error's code."""

    seconds: float
    reason: str
    attempt: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call. Pieces of one call share `index` and `id`; `arguments` are to be joined.

    `id` is ours and unique: upstream ids can be missing, or the same in two turns of a conversation.
    `name` is given by one piece of the call and "" in the others.
    """

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the upstream counted them. Reasoning counts as completion. `neurons` is Cloudflare's
    unit of billing; None where it was not told."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cached_tokens: int | None = None
    neurons: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """`reason` is "stop", "length", "content_filter", "tool_calls" or a word of the upstream's own."""

    reason: str


Delta = TextDelta | ReasoningDelta | ToolCallDelta
Event = Opened | Waiting | Delta | Usage | Finished


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A whole tool call. `arguments` is JSON text as the model wrote it; it may be invalid."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer, for callers that do not watch it arrive."""

    text: str
    reasoning: str
    tool_calls: tuple[ToolCall, ...]
    usage: Usage | None
    finish_reason: str | None
    body: Mapping[str, Any] = field(repr=False)
    model: str = ""
    path: str = ""
    request_id: str | None = None
