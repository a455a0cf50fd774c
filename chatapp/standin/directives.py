"""What a test or a demo may ask of the stand-in.

Written in the last user message as ``[[standin rate=200 fault=cut after=30]]``, or in a request header
``x-standin: rate=200 fault=cut``; the message wins over the header. Values with blanks are quoted;
``\\n`` and ``\\"`` work inside quotes. An unknown name or a wrong value is refused with 400 and the reason.

    name       value                    meaning
    ---------  -----------------------  --------------------------------------------------------------------
    rate       tokens/s, 0 = no pacing  speed of the stream (default: the server's --rate)
    tokens     n                        exact length of the answer text in tokens
    reasoning  n                        exact length of the reasoning in tokens (0: none)
    first      seconds                  from the stream's opening to its first token
    head       seconds                  from the request to the first byte of the response
    seed       n                        overrides the request's seed
    text       "…"                      the answer, word for word (with tokens: repeated up to that length)
    think      "…"                      the reasoning, word for word
    stamp      1                        every answer token is ``t<monotonic ns> ``, its time of sending
    chunk      n                        tokens per stream event (default 1)
    variant    run | v1 | openai | native  order of the stream (default: by the address asked)
    field      reasoning_content | reasoning   name of the reasoning in deltas and messages
    zero       1                        v1 order: the second final's usage is all zeros
    cached     n                        cached_tokens in the usage
    finish     stop | length | content_filter | tool_calls | none   the finish reason that is said
    tool       name                     call this tool (it must be offered)
    args       "{…}"                    with these arguments
    calls      n                        calls in one turn; 0 forbids them
    chain      n                        tool turns before the final text
    batch      accept | refuse          whether queueRequest=true is taken (default: the server's --batch)
    fault      name[:n][,name…]         see faults.py; ``busy:2`` fails the first two tries, then succeeds
    after      n                        tokens before a fault in the stream (default 8)
    for        seconds                  length of a stall, delay of slow-timeout (stall default: for ever)
    retry      seconds                  adds a Retry-After header to a refusal
    x          anything                 makes a message different from an equal one (counting of ``busy:2``)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from . import refusals

_DIRECTIVE = re.compile(r'\[\[\s*standin\b((?:"(?:[^"\\]|\\.)*"|[^"\]]|\](?!\]))*)\]\]', re.S)
_HEARD = 4000
"""Characters of a message that an answer is about; a document of any length must not hold up other streams."""

_PAIR = re.compile(r'\s*([a-z]+)=("(?:[^"\\]|\\.)*"|\S+)', re.S)


@dataclass(frozen=True, slots=True)
class Directives:
    """The table above; ``None`` is "not said"."""

    rate: float | None = None
    tokens: int | None = None
    reasoning: int | None = None
    first: float = 0.0
    head: float = 0.0
    seed: int | None = None
    text: str | None = None
    think: str | None = None
    stamp: bool = False
    chunk: int = 1
    variant: str | None = None
    reasoning_name: str = "reasoning_content"
    zero: bool = False
    cached: int = 0
    finish: str | None = None
    tool: str | None = None
    args: str | None = None
    calls: int | None = None
    chain: int | None = None
    batch: str | None = None
    faults: dict[str, int | None] = field(default_factory=dict)
    after: int = 8
    lasting: float | None = None
    retry: float | None = None
    x: str = ""


def _number(minimum: float, maximum: float) -> Callable[[str], float]:
    def read(value: str) -> float:
        number = float(value)
        if not minimum <= number <= maximum:
            raise ValueError(f"must be from {minimum:g} to {maximum:g}")
        return number

    return read


def _whole(minimum: int, maximum: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not minimum <= number <= maximum:
            raise ValueError(f"must be from {minimum} to {maximum}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return read


def _flag(value: str) -> bool:
    return _one_of("0", "1")(value) == "1"


def _faults(value: str) -> dict[str, int | None]:
    from .faults import NAMES

    found: dict[str, int | None] = {}
    for part in value.split(","):
        name, colon, count = part.partition(":")
        if name not in NAMES:
            raise ValueError(f"names the unknown fault '{name}'; known are {', '.join(sorted(NAMES))}")
        found[name] = _whole(1, 1000)(count) if colon else None
    return found


_SECONDS = _number(0, 3600)
_LENGTH = _whole(0, 1_000_000)
_READERS: dict[str, Callable[[str], object]] = {
    "rate": _number(0, 1_000_000),
    "tokens": _LENGTH,
    "reasoning": _LENGTH,
    "first": _SECONDS,
    "head": _SECONDS,
    "seed": _whole(0, 9_999_999_999),
    "text": str,
    "think": str,
    "stamp": _flag,
    "chunk": _whole(1, 1000),
    "variant": _one_of("run", "v1", "openai", "native"),
    "field": _one_of("reasoning_content", "reasoning"),
    "zero": _flag,
    "cached": _LENGTH,
    "finish": _one_of("stop", "length", "content_filter", "tool_calls", "none"),
    "tool": str,
    "args": str,
    "calls": _whole(0, 20),
    "chain": _whole(0, 50),
    "batch": _one_of("accept", "refuse"),
    "fault": _faults,
    "after": _LENGTH,
    "for": _SECONDS,
    "retry": _SECONDS,
    "x": str,
}
_FIELD_OF = {"fault": "faults", "for": "lasting", "field": "reasoning_name"}
assert {_FIELD_OF.get(name, name) for name in _READERS} == {f.name for f in fields(Directives)}


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), value[1:-1], flags=re.S)


def _read(pairs: str) -> dict[str, object]:
    found: dict[str, object] = {}
    position = 0
    pairs = pairs.rstrip()
    while position < len(pairs):
        match = _PAIR.match(pairs, position)
        if match is None:
            raise refusals.misdirected(
                f"cannot read the directive from '{pairs[position:].strip()}'; write name=value."
            )
        name, value = match[1], _unquote(match[2])
        if name not in _READERS:
            raise refusals.misdirected(f"unknown directive '{name}'; known are {', '.join(_READERS)}.")
        try:
            found[_FIELD_OF.get(name, name)] = _READERS[name](value)
        except ValueError as error:
            raise refusals.misdirected(f"directive {name}={value}: {error}.") from None
        position = match.end()
    return found


def read(message: str, header: str) -> Directives:
    """The directives of a request. Raises Refusal (400) for what it does not understand."""
    found = _read(header)
    for match in _DIRECTIVE.finditer(message):
        found.update(_read(match[1]))
    return Directives(**found)  # type: ignore[arg-type]


def strip(message: str) -> str:
    """The message without its directives, its beginning if it is long: what the answer is about."""
    return _DIRECTIVE.sub("", message).strip()[:_HEARD]
