"""What can go wrong, by name.

Instead of an answer (``REFUSED``):
    auth forbidden nomodel route badinput badinput-object gateway overflow overflow-upstream quota
    quota-documented rate busy
    timeout slow-timeout (3046 after ``for`` seconds, default 2) unavailable (503 HTML) empty-502
    refuse (the connection is closed without an answer)
In place of a stream, or of a whole body (``REPLACED``):
    json        a JSON body although a stream was asked for
    json-empty  the same with an empty result
    failed-200  status 200 with success false
    empty       an answer without text or finish: a stream of [DONE] alone, or an empty message
    object      the text of a JSON answer as an object instead of a string
    parts       content as an array of parts (whole body)
In a stream, after ``after`` tokens (``SPOILED``):
    cut         the connection closes before [DONE] (FIN, the HTTP body unfinished)
    reset       the same by RST
    end         the HTTP body ends properly, but without finish and [DONE]
    cut-char    the connection closes inside a UTF-8 character
    error       an event {"error":{…}}, then [DONE]
    error-cloudflare  an event {"errors":[{"code":3046,…}],"success":false}, then the body ends
    stall       silence for ``for`` seconds, then on
    malformed   one event that is not JSON, then on
    leak-tool   a tool call as JSON text, finish stop
    leak-harmony  the model's own tags in the text
    starve      all tokens are reasoning, finish length, no text
Throughout the stream (``COLOURED``):
    comments    a comment line before every token, as keep-alives
    crlf        lines end in CR LF
    no-space    ``data:{…}``
    event-lines ``event:`` and ``id:`` lines stand before each event
    bom         a byte order mark first
    numeric     tokens of digits are JSON numbers
    empty-choices  an event with ``"choices":[]`` before every tenth token
    ids         another id in each event
    null-filled every delta carries all names, null where they say nothing
    no-finish   [DONE] without a finish reason
    no-done     a finish reason without [DONE]
    no-usage    no usage anywhere
    tool-whole  a tool call in one event instead of fragments
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import orjson

from . import refusals, tokens
from .directives import Directives
from .script import Script
from .streams import DONE, Frame, data

Frames = Iterator[Frame]

REFUSED: dict[str, Callable[[], refusals.Refusal]] = {
    "auth": refusals.authentication,
    "forbidden": refusals.forbidden,
    "nomodel": lambda: refusals.no_such_model("@cf/openai/gpt-oss-20b"),
    "route": lambda: refusals.no_route("/ai/run"),
    "badinput": lambda: refusals.bad_input(["'/top_k' must be <= 50"]),
    "badinput-object": refusals.bad_input_as_object,
    "gateway": refusals.gateway_not_configured,
    "overflow": lambda: refusals.context_overflow(155_740),
    "overflow-upstream": refusals.context_overflow_upstream,
    "quota": refusals.quota,
    "quota-documented": refusals.quota_as_documented,
    "rate": refusals.rate_limited,
    "busy": refusals.busy,
    "timeout": refusals.timed_out,
    "slow-timeout": refusals.timed_out_upstream,
    "unavailable": refusals.unavailable,
    "empty-502": refusals.empty_error,
}
REPLACED = frozenset({"json", "json-empty", "failed-200", "empty", "object", "parts", "refuse"})


def _before(frames: Frames, after: int) -> Iterator[Frame]:
    """The frames up to ``after`` tokens; the rest stays in ``frames``."""
    seen = 0
    while seen < after:
        frame = next(frames, None)
        if frame is None:
            return
        seen += frame[1]
        yield frame


def _ending(how: str) -> Callable[[Frames, Directives], Frames]:
    def spoil(frames: Frames, directives: Directives) -> Frames:
        yield from _before(frames, directives.after)
        yield ("end", 0, how)

    return spoil


def _cut_char(frames: Frames, directives: Directives) -> Frames:
    last: Frame = ("data", 0, b'{"choices":[{"index":0,"delta":{"content":"x"}}]}')
    for frame in _before(frames, directives.after):
        if frame[1]:
            last = frame
        yield frame
    event = orjson.loads(last[2])
    choice = event.get("choices")
    target = choice[0]["delta"] if choice else event
    name = next((n for n in ("content", "reasoning_content", "reasoning", "response") if target.get(n)), "content")
    target[name] = " café ☕"
    cut = orjson.dumps(event).split("☕".encode())[0] + "☕".encode()[:2]
    yield ("raw", 0, b"data: " + cut)
    yield ("end", 0, "fin")


def _error(frames: Frames, directives: Directives) -> Frames:
    yield from _before(frames, directives.after)
    error = {"message": "upstream failed", "type": "InternalServerError", "param": None, "code": 500}
    yield data({"error": error})
    yield DONE


def _error_cloudflare(frames: Frames, directives: Directives) -> Frames:
    yield from _before(frames, directives.after)
    yield data({"errors": [{"code": 3046, "message": "AiError: Request timeout"}], "success": False})


def _stall(frames: Frames, directives: Directives) -> Frames:
    yield from _before(frames, directives.after)
    yield ("wait", 0, directives.lasting)
    yield from frames


def _malformed(frames: Frames, directives: Directives) -> Frames:
    yield from _before(frames, directives.after)
    yield ("raw", 0, b'data: {"choices":[{"index":0,"delta":{"content":"lost\n\n')
    yield from frames


SPOILED: dict[str, Callable[[Frames, Directives], Frames]] = {
    "cut": _ending("fin"),
    "reset": _ending("reset"),
    "end": _ending("body"),
    "cut-char": _cut_char,
    "error": _error,
    "error-cloudflare": _error_cloudflare,
    "stall": _stall,
    "malformed": _malformed,
}


def _changed(frames: Frames, change: Callable[[Any], Any]) -> Frames:
    """Each event through ``change`` (parsed JSON in and out; None drops it)."""
    for frame in frames:
        if frame[0] != "data" or frame == DONE:
            yield frame
            continue
        value = change(orjson.loads(frame[2]))
        if value is not None:
            yield ("data", frame[1], orjson.dumps(value))


def _deltas(event: Any) -> Iterator[Any]:
    for choice in event.get("choices") or []:
        yield choice["delta"]


def _numeric(frames: Frames) -> Frames:
    def change(event: Any) -> Any:
        for target in chain(_deltas(event), [event]):
            for name in ("content", "response"):
                text = target.get(name)
                if isinstance(text, str) and text.isascii() and text.isdigit() and str(int(text)) == text:
                    target[name] = int(text)
        return event

    return _changed(frames, change)


def _empty_choices(frames: Frames) -> Frames:
    seen = 0
    for frame in frames:
        if frame[1]:
            if seen % 10 == 0:
                yield data(
                    {"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}
                )
            seen += 1
        yield frame


def _ids(frames: Frames) -> Frames:
    counter = iter(range(1_000_000_000))
    return _changed(frames, lambda event: {**event, "id": f"id-{next(counter)}"} if "id" in event else event)


def _null_filled(frames: Frames) -> Frames:
    blank = dict.fromkeys(("role", "content", "reasoning_content", "reasoning", "tool_calls", "refusal"))

    def change(event: Any) -> Any:
        for choice in event.get("choices") or []:
            choice["delta"] = {**blank, **choice["delta"]}
        return event

    return _changed(frames, change)


def _no_finish(frames: Frames) -> Frames:
    def change(event: Any) -> Any:
        event.pop("finish_reason", None)
        for choice in event.get("choices") or []:
            choice["finish_reason"] = None
            choice.pop("stop_reason", None)
        return event

    return _changed(frames, change)


def _no_done(frames: Frames) -> Frames:
    return (frame for frame in frames if frame != DONE)


def _no_usage(frames: Frames) -> Frames:
    def change(event: Any) -> Any:
        had = event.pop("usage", None)
        return None if had and not event.get("choices") and not event.get("response") else event

    return _changed(frames, change)


def _tool_whole(frames: Frames) -> Frames:
    """Each call's fragments collected, and given out in the first one's shape when the calls are over."""
    held: dict[int, Any] = {}
    shape: Any = None
    for frame in frames:
        event = orjson.loads(frame[2]) if frame[0] == "data" and frame != DONE else {}
        made = [c for delta in _deltas(event) for c in delta.get("tool_calls") or []]
        if made:
            shape = shape or event
            for call in made:
                whole = held.setdefault(call["index"], call)
                if whole is not call:
                    whole["function"]["arguments"] += call["function"]["arguments"]
            continue
        if held:
            shape["choices"][0]["delta"] = {"tool_calls": list(held.values())}
            yield data(shape)
            held = {}
        yield frame


def _comments(frames: Frames) -> Frames:
    for frame in frames:
        if frame[1]:
            yield ("raw", 0, b": keep-alive\n\n")
        yield frame


COLOURED: dict[str, Callable[[Frames], Frames]] = {
    "numeric": _numeric,
    "empty-choices": _empty_choices,
    "ids": _ids,
    "null-filled": _null_filled,
    "no-finish": _no_finish,
    "no-done": _no_done,
    "no-usage": _no_usage,
    "tool-whole": _tool_whole,
    "comments": _comments,
}
FRAMED = frozenset({"crlf", "no-space", "event-lines", "bom"})
REWRITTEN = frozenset({"leak-tool", "leak-harmony", "starve"})
NAMES = frozenset(REFUSED) | REPLACED | frozenset(SPOILED) | frozenset(COLOURED) | FRAMED | REWRITTEN


def refused(faults: set[str]) -> refusals.Refusal | None:
    return next((REFUSED[name]() for name in REFUSED if name in faults), None)


def rewritten(script: Script, faults: set[str], tool: str | None) -> Script:
    """The script with the faults of the model itself: leaks and starvation."""
    same = {"prompt_tokens": script.prompt_tokens, "cached_tokens": script.cached_tokens}
    if "starve" in faults:
        return Script([*script.reasoning, *script.text], [], [], "length", **same)
    if "leak-tool" in faults:
        name, arguments = (
            (script.calls[0].name, script.calls[0].arguments) if script.calls else (tool or "search", "{}")
        )
        leaked = f'{{"name":"{name}","arguments":{arguments}}}'
        return Script(script.reasoning, tokens.split(leaked), [], "stop", **same)
    if "leak-harmony" in faults:
        before = ["<|chan", "nel|>", "analysis", "<|message|>", "User", " wants", " it", ".", "<|end|>"]
        before += ["<|start|>", "assistant", "<|channel|>", "final", "<|message|>"]
        return Script(script.reasoning, [*before, *script.text], [], script.finish, **same)
    return script


def spoiled(frames: Frames, faults: set[str], directives: Directives) -> Frames:
    """The stream with its faults, still without the framing of lines."""
    for name, colour in COLOURED.items():
        if name in faults:
            frames = colour(frames)
    for name, spoil in SPOILED.items():
        if name in faults:
            frames = spoil(frames, directives)
    return frames


def framed(frames: Frames, faults: set[str]) -> Frames:
    """Events as bytes: ``data: {…}`` and a blank line, or as the faults of framing have it."""
    end = b"\r\n" if "crlf" in faults else b"\n"
    start = b"data:" if "no-space" in faults else b"data: "
    close, numbered, number = end + end, "event-lines" in faults, 0
    if "bom" in faults:
        yield ("raw", 0, b"\xef\xbb\xbf")
    for kind, count, value in frames:
        if kind == "data":
            if numbered:
                number += 1
                value = b"event: message%bid: %d%b%b%b%b" % (end, number, end, start, value, close)
            else:
                value = start + value + close
            yield ("raw", count, value)
        elif kind == "raw" and end == b"\r\n":
            yield (kind, count, value.replace(b"\n", end))
        else:
            yield (kind, count, value)
