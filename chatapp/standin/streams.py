"""A script as stream events, in each order that was seen.

An event is a frame ``(kind, tokens, value)``: ("data", n, JSON bytes) with n tokens in it, ("raw", n, bytes)
for bytes that go out as they are, ("wait", 0, seconds or None for ever), ("end", 0, how) with how "fin",
"reset" or "body" (see ``faults``). The frames are made when they are taken, one by one.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from .directives import Directives
from .script import NEURONS_PER_OUTPUT, Script

Frame = tuple[str, int, Any]
DONE: Frame = ("data", 0, b"[DONE]")
STOP_REASON = {"stop": 200002, "tool_calls": 200012}
"""The model's own end tokens: ``<|return|>`` and ``<|call|>``."""

_PADDING = [secrets.token_urlsafe(24)[: 4 + n] for n in range(16)]


def data(value: object) -> Frame:
    return ("data", 0, orjson.dumps(value))


def _grouped(pieces: Any, size: int) -> Iterator[tuple[int, str]]:
    if size == 1:
        for piece in pieces:
            yield 1, piece
        return
    taken = iter(pieces)
    while group := list(islice(taken, size)):
        yield len(group), "".join(group)


class Order:
    """One order of events. Subclasses say what stands around a delta and what comes first and last."""

    def __init__(self, script: Script, directives: Directives, model: str) -> None:
        self.script = script
        self.directives = directives
        self.model = model
        self.created = int(time.time())
        self.id = secrets.token_hex(16)

    def frames(self) -> Iterator[Frame]:
        """All frames of the answer, ``[DONE]`` last."""
        yield from self.opening()
        if self.directives.first:
            yield ("wait", 0, self.directives.first)
        yield from self.reasoning()
        yield from self.text()
        for index, call in enumerate(self.script.calls):
            yield from self.call(index, call)
        yield from self.closing()
        yield DONE

    def opening(self) -> Iterator[Frame]:
        yield self.delta(0, {"role": "assistant", "content": ""})

    def reasoning(self) -> Iterator[Frame]:
        yield from self._told(self.script.reasoning, self.directives.reasoning_name)

    def text(self) -> Iterator[Frame]:
        yield from self._told(self.script.text, "content")

    def call(self, index: int, call: Any) -> Iterator[Frame]:
        opened = {
            "id": call.id,
            "type": "function",
            "index": index,
            "function": {"name": call.name, "arguments": ""},
        }
        yield self.delta(0, {"tool_calls": [opened]})
        for count, piece in _grouped(call.pieces, self.directives.chunk):
            yield self.delta(count, {"tool_calls": [{"index": index, "function": {"arguments": piece}}]})

    def closing(self) -> Iterator[Frame]:
        raise NotImplementedError

    def chunk(self, delta: dict[str, Any], count: int) -> dict[str, Any]:
        """The whole event around a delta with ``count`` tokens."""
        raise NotImplementedError

    def delta(self, count: int, delta: dict[str, Any]) -> Frame:
        return ("data", count, orjson.dumps(self.chunk(delta, count)))

    def _told(self, pieces: Any, name: str) -> Iterator[Frame]:
        """One frame per token. What stands around a token is encoded once: this is the hot path."""
        around: dict[int, tuple[bytes, bytes]] = {}
        dumps = orjson.dumps
        for count, piece in _grouped(pieces, self.directives.chunk):
            pair = around.get(count)
            if pair is None:
                mark = "\x00here"
                before, after = dumps(self.chunk({**self.beside(name), name: mark}, count)).split(dumps(mark))
                pair = around[count] = (before, after)
            yield ("data", count, pair[0] + dumps(piece) + pair[1])

    def beside(self, name: str) -> dict[str, Any]:
        """What else stands in a delta with ``name``."""
        return {}


class V1(Order):
    """/ai/v1/chat/completions as recorded in May 2026: two finals, the second with the cached tokens."""

    def __init__(self, script: Script, directives: Directives, model: str) -> None:
        super().__init__(script, directives, model)
        self.id = f"id-{int(time.time() * 1000)}"

    def opening(self) -> Iterator[Frame]:
        first = self.chunk({"role": "assistant", "content": ""}, 0)
        del first["choices"][0]["token_ids"]
        yield data(first)
        if self.script.reasoning:
            yield self.delta(0, {self.directives.reasoning_name: ""})

    def chunk(self, delta: dict[str, Any], count: int) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, "token_ids": None}
        kind = "chat.completion.chunk"
        return {
            "id": self.id,
            "created": self.created,
            "model": self.model,
            "object": kind,
            "choices": [choice],
        }

    def closing(self) -> Iterator[Frame]:
        finish, usage = self.script.finish, self.script.usage()
        if finish in STOP_REASON:
            end = self.chunk({}, 0)
            choice = end["choices"][0]
            del choice["token_ids"]
            end["choices"][0] = {**choice, "stop_reason": STOP_REASON[finish], "token_ids": None}
            yield data(end)
        head = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
        }
        choices = [{"index": 0, "delta": {}, "finish_reason": finish}]
        short = {name: usage[name] for name in ("prompt_tokens", "total_tokens", "completion_tokens")}
        yield data({**head, "choices": choices, "usage": short})
        second = dict.fromkeys(short, 0) if self.directives.zero else usage
        yield data({**head, "choices": choices, "usage": second})


class Run(Order):
    """/ai/run in October 2026: usage and padding in each chunk, then a native event with the sums."""

    def opening(self) -> Iterator[Frame]:
        first = self.chunk({"content": "", "reasoning_content": None, "role": "assistant"}, 0)
        prompt = self.script.prompt_tokens
        neurons = round(self.script.neurons - self.script.completion_tokens * NEURONS_PER_OUTPUT, 6)
        first["usage"] = self._usage(0, prompt, neurons)
        yield data(first)

    @staticmethod
    def _usage(completion: int, prompt: int, neurons: float) -> dict[str, Any]:
        return {
            "completion_tokens": completion,
            "neurons": neurons,
            "prompt_tokens": prompt,
            "total_tokens": completion + prompt,
        }

    def beside(self, name: str) -> dict[str, Any]:
        return {"content": None, "reasoning_content": None} if name == "content" else {}

    def chunk(self, delta: dict[str, Any], count: int) -> dict[str, Any]:
        choice = {"delta": delta, "finish_reason": None, "index": 0, "logprobs": None, "matched_stop": None}
        return {
            "choices": [choice],
            "created": self.created,
            "id": self.id,
            "model": self.model,
            "object": "chat.completion.chunk",
            "p": secrets.choice(_PADDING),
            "usage": self._usage(count, 0, round(count * NEURONS_PER_OUTPUT, 6)),
        }

    def closing(self) -> Iterator[Frame]:
        finish = self.script.finish
        end = self.chunk({"reasoning_content": None}, 0)
        end["choices"][0]["finish_reason"] = finish
        end["choices"][0]["matched_stop"] = STOP_REASON.get(finish or "")
        yield data(end)
        empty = self.chunk({}, 0)
        empty["choices"] = []
        yield data(empty)
        usage = self.script.usage()
        sums = {**self._usage(usage["completion_tokens"], usage["prompt_tokens"], self.script.neurons)}
        sums["prompt_tokens_details"] = usage["prompt_tokens_details"]
        yield data({"response": "", "usage": sums})


class OpenAI(Order):
    """Other servers of the same model: a finish chunk, then usage with empty choices if it was asked for."""

    include_usage = True

    def __init__(self, script: Script, directives: Directives, model: str) -> None:
        super().__init__(script, directives, model)
        self.id = f"chatcmpl-{secrets.token_hex(12)}"

    def chunk(self, delta: dict[str, Any], count: int) -> dict[str, Any]:
        kind = "chat.completion.chunk"
        choices = [{"index": 0, "delta": delta, "finish_reason": None}]
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }

    def closing(self) -> Iterator[Frame]:
        end = self.chunk({}, 0)
        end["choices"][0]["finish_reason"] = self.script.finish
        yield data(end)
        if self.include_usage:
            yield data({**self.chunk({}, 0), "choices": [], "usage": self.script.usage()})


class Native(Order):
    """The old form of models that are not OpenAI's: ``{"response": …, "p": …}``; reasoning is not shown."""

    def opening(self) -> Iterator[Frame]:
        yield from ()

    def reasoning(self) -> Iterator[Frame]:
        yield from ()

    def text(self) -> Iterator[Frame]:
        yield from self._told(self.script.text, "response")

    def chunk(self, delta: dict[str, Any], count: int) -> dict[str, Any]:
        return {**delta, "p": secrets.choice(_PADDING)}

    def call(self, index: int, call: Any) -> Iterator[Frame]:
        opened = {"id": call.id, "type": "function", "index": index, "function": {"name": call.name}}
        yield self.delta(0, {"response": None, "tool_calls": [opened]})
        for count, piece in _grouped(call.pieces, self.directives.chunk):
            yield self.delta(count, {"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        end = {"id": None, "type": None, "index": index, "function": {"name": None, "arguments": ""}}
        yield self.delta(0, {"tool_calls": [end]})

    def closing(self) -> Iterator[Frame]:
        if self.script.finish:
            yield data({"finish_reason": self.script.finish})
        yield data({"response": "", "usage": self.script.usage()})


ORDERS: dict[str, type[Order]] = {"run": Run, "v1": V1, "openai": OpenAI, "native": Native}
