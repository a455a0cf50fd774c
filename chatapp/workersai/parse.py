"""One payload of the stream → events. All we know of the wire's variants is here.

Servers of this model differ, and Cloudflare's changed over time: OpenAI chunks with the reasoning under one of
three names, Cloudflare's native `{"response": …}`, the Responses API's typed events, a whole JSON answer in place
of a stream. One rule takes them all; what is not understood is skipped and counted.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from chatapp.workersai.errors import Interrupted, WorkersAIError
from chatapp.workersai.events import Event, Finished, ReasoningDelta, TextDelta, ToolCallDelta
from chatapp.workersai.harmony import Untangler
from chatapp.workersai.jsontext import as_text, storable
from chatapp.workersai.refusals import is_refusal, refusal
from chatapp.workersai.toolcalls import ToolCalls, new_id
from chatapp.workersai.usage import UsageTally

_REASONING_NAMES = ("reasoning_content", "reasoning", "thinking")
_FINISH = {
    "end_turn": "stop",
    "eos": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "model_length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "function_call": "tool_calls",
}
_BROKEN = {"error", "abort", "cancelled", "canceled"}
_RESPONSES_TEXT = {"response.output_text.delta", "response.refusal.delta"}
_RESPONSES_REASONING = {"response.reasoning_text.delta", "response.reasoning_summary_text.delta"}
_RESPONSES_END = {"response.completed", "response.incomplete", "response.failed"}


class StreamParser:
    """The state of one answer.

    feed()  takes the payloads of one read and gives what they said, neighbours of a kind joined
    close() gives what is due at the end: held-back text, Usage, Finished

    `error` is set when the upstream reported one: no exception cuts off the events before it.
    """

    def __init__(self, offered: frozenset[str] = frozenset(), make_id: Callable[[], str] = new_id) -> None:
        self.error: WorkersAIError | None = None
        self.done = False  # the upstream closed the answer formally
        self.answered = False  # something of the answer has come: nothing may be repeated from here on
        self.malformed = 0
        self._finish: str | None = None
        self._text = Untangler("text", offered)
        self._reasoning = Untangler("reasoning")
        self._calls = ToolCalls(make_id)
        self._usage = UsageTally()
        self._out: list[Event] = []
        self._summaries: str | None = None
        self._odd = False  # lone surrogates may be in the text

    @property
    def finish_seen(self) -> bool:
        """The model said that it has finished; only counts may follow."""
        return self._finish is not None or self.done

    def feed(self, payloads: list[bytes]) -> list[Event]:
        for payload in payloads:
            if self.done or self.error:
                break
            if payload == b"[DONE]":
                self.done = True
                break
            try:
                chunk = orjson.loads(payload)
            except ValueError:
                self._unreadable(payload)
                continue
            if type(chunk) is dict:
                self._chunk(chunk)
        return self._take()

    def feed_whole(self, body: Any) -> list[Event]:
        """A whole JSON answer. An empty one is not an end."""
        if isinstance(body, dict):
            self._chunk(body)
            if self._out or self._finish is not None:
                self.done = True
        return self._take()

    def close(self, neurons: float | None = None) -> list[Event]:
        """What is due at the end; no Finished if the model did not say that it had finished."""
        for piece in self._text.close():
            self._say(*piece)
        for piece in self._reasoning.close():
            self._say(*piece)
        if not self._calls:
            leaked = self._text.calls + self._reasoning.calls
            self._tool_calls([{"name": name, "arguments": arguments} for name, arguments in leaked])
        usage = self._usage.total(neurons)
        if usage:
            self._out.append(usage)
        reason = None if self.error else self._finish_reason()
        if reason:
            self._out.append(Finished(reason))
        return self._take()

    def _take(self) -> list[Event]:
        out, self._out = self._out, []
        return out

    def _finish_reason(self) -> str | None:
        reason = self._finish or ("stop" if self.done else None)
        # Whether there are calls decides, not the word: "stop" beside a call was seen, and the reverse.
        if reason and len(self._calls) and reason not in ("length", "content_filter"):
            return "tool_calls"
        return "stop" if reason == "tool_calls" else reason

    def _unreadable(self, payload: bytes) -> None:
        if b"\\ud" in payload or b"\\uD" in payload:
            # orjson refuses half a surrogate pair; the rest of the chunk is good.
            try:
                chunk = json.loads(payload)
            except (ValueError, RecursionError):
                pass
            else:
                if isinstance(chunk, dict):
                    self._odd = True
                    self._chunk(chunk)
                return
        self.malformed += 1

    def _chunk(self, chunk: dict[str, Any]) -> None:
        choices = chunk.get("choices")
        if choices and not chunk.get("error"):
            if type(choices) is list:
                for choice in choices:
                    if type(choice) is dict and not choice.get("index"):
                        self._choice(choice)
            usage = chunk.get("usage")
            if type(usage) is dict:
                if self._finish is None:
                    self._usage.chunk(usage)
                else:
                    self._usage.end(usage)
            return
        self._unusual(chunk)

    def _choice(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if type(delta) is not dict:
            delta = None if self.answered else choice.get("message")
        if type(delta) is dict:
            # Null and "" stand for "not this one"; 0 is a digit.
            for name in _REASONING_NAMES:
                reasoning = delta.get(name)
                if reasoning is not None and reasoning != "":
                    self._reason(reasoning)
                    break
            content = delta.get("content")
            if content is not None and content != "":
                self._content(content)
            if len(delta) > 1 or content is None:
                calls = delta.get("tool_calls")
                if calls:
                    self._tool_calls(calls)
                if delta.get("refusal"):
                    self._content(delta["refusal"])
                if type(delta.get("function_call")) is dict:
                    self._tool_calls([{"index": 0, "function": delta["function_call"]}])
        elif choice.get("text"):
            self._content(choice["text"])
        finish = choice.get("finish_reason")
        if finish is not None:
            self._finished(finish)

    def _reason(self, reasoning: Any) -> None:
        text = reasoning if type(reasoning) is str else as_text(reasoning)
        if self._reasoning.plain and "<" not in text:
            if text:
                self._say("reasoning", text)
        else:
            for piece in self._reasoning.feed(text):
                self._say(*piece)

    def _content(self, content: Any) -> None:
        text = content if type(content) is str else as_text(content)
        if self._text.plain and "<" not in text:
            if text:
                self._say("text", text)
        else:
            for piece in self._text.feed(text):
                self._say(*piece)

    def _say(self, kind: str, text: str) -> None:
        if self._odd or "\x00" in text:
            text = storable(text)
        self.answered = True
        out = self._out
        event = TextDelta if kind == "text" else ReasoningDelta
        if out and type(out[-1]) is event:
            out[-1] = event(out[-1].text + text)
        else:
            out.append(event(text))

    def _tool_calls(self, pieces: Any) -> None:
        deltas: list[ToolCallDelta] = self._calls.feed(pieces)
        if deltas:
            self.answered = True
            self._out += deltas

    def _finished(self, reason: Any) -> None:
        if not isinstance(reason, str) or not reason or self._finish is not None:
            return
        if reason in _BROKEN:
            self.error = Interrupted(f"the upstream ended with finish_reason {reason!r}")
            return
        self._finish = _FINISH.get(reason, storable(reason[:40]))

    def _unusual(self, chunk: dict[str, Any]) -> None:
        """Everything but a plain chunk with choices."""
        kind = chunk.get("type")
        if is_refusal(chunk):
            self.error = refusal(None, chunk)
        elif isinstance(kind, str) and kind.startswith("response."):
            self._responses_event(kind, chunk)
        elif isinstance(chunk.get("result"), dict) and "result" not in chunk["result"]:
            self._chunk(chunk["result"])
        elif isinstance(chunk.get("output"), list):
            self._responses_whole(chunk)
        elif isinstance(chunk.get("streamed_data"), list):
            for part in chunk["streamed_data"]:
                if isinstance(part, dict):
                    self._native(part)
        else:
            self._native(chunk)

    def _native(self, chunk: dict[str, Any]) -> None:
        """Cloudflare's own form, and the chunks that carry nothing but counts."""
        response = chunk.get("response")
        if response is not None and response != "":
            self._content(response)
        calls = chunk.get("tool_calls")
        if calls:
            self._tool_calls(calls)
        usage = chunk.get("usage")
        if type(usage) is dict:
            if response:
                self._usage.chunk(usage)
            elif "response" in chunk:
                self._usage.tail(usage)
            else:
                self._usage.end(usage)
        self._finished(chunk.get("finish_reason"))

    def _responses_event(self, kind: str, chunk: dict[str, Any]) -> None:
        delta = chunk.get("delta")
        if kind in _RESPONSES_TEXT:
            self._content(delta)
        elif kind in _RESPONSES_REASONING:
            # Reasoning may be told twice, as text and as a summary: the first kind to come is kept.
            self._summaries = self._summaries or kind
            if kind == self._summaries:
                self._reason(delta)
        elif kind in ("response.output_item.added", "response.output_item.done"):
            item = chunk.get("item")
            if isinstance(item, dict) and item.get("type") == "function_call":
                self._responses_call(chunk.get("output_index"), item, whole=kind.endswith("done"))
        elif kind == "response.function_call_arguments.delta":
            self._tool_calls([{"index": chunk.get("output_index"), "function": {"arguments": delta}}])
        elif kind in _RESPONSES_END:
            response = chunk.get("response")
            response = response if isinstance(response, dict) else {}
            if kind == "response.failed":
                self.error = refusal(None, response)
                return
            self._responses_whole({"status": kind.removeprefix("response."), **response})
            self.done = True

    def _responses_call(self, index: Any, item: Mapping[str, Any], *, whole: bool) -> None:
        if whole and self._calls.knows(index):
            return
        arguments = item.get("arguments") if whole else ""
        self._tool_calls(
            [
                {
                    "index": index,
                    "id": item.get("call_id"),
                    "function": {"name": item.get("name"), "arguments": arguments},
                }
            ]
        )

    def _responses_whole(self, response: Mapping[str, Any]) -> None:
        if isinstance(response.get("error"), dict):
            self.error = refusal(None, response)
            return
        if not self.answered:
            for index, item in enumerate(response.get("output") or ()):
                if isinstance(item, dict):
                    self._responses_item(index, item)
        usage = response.get("usage")
        if isinstance(usage, dict):
            self._usage.tail(usage)
        status = response.get("status")
        if status == "incomplete":
            details = response.get("incomplete_details")
            self._finished((details.get("reason") if isinstance(details, dict) else None) or "length")
        elif status in ("completed", None):
            self._finished("stop")

    def _responses_item(self, index: int, item: Mapping[str, Any]) -> None:
        kind = item.get("type")
        if kind == "function_call":
            self._responses_call(index, item, whole=True)
        elif kind == "reasoning":
            self._reason(item.get("content") or item.get("summary"))
        elif kind == "message":
            self._content(item.get("content"))
