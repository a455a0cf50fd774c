"""Whatever the upstream sends, reading ends, and raises nothing but the family of errors."""

import json
from contextlib import suppress

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatapp.workersai.errors import WorkersAIError
from chatapp.workersai.events import Finished, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from chatapp.workersai.parse import StreamParser
from chatapp.workersai.refusals import refusal
from tests.workersai.wire import FEEDS, read, sse

KEYS = st.sampled_from(
    ["choices", "delta", "message", "content", "reasoning_content", "reasoning", "thinking", "tool_calls",
     "function", "name", "arguments", "index", "id",
     "finish_reason", "usage", "prompt_tokens", "completion_tokens", "neurons",
     "prompt_tokens_details", "cached_tokens", "response", "result", "success", "error", "errors", "code", "type",
     "output", "item", "output_index", "status", "streamed_data", "object", "text", "refusal", "function_call",
     "incomplete_details", "reason"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["response.completed", "response.output_text.delta", "response.output_item.added", "function_call", "message",
     "reasoning", "stop", "length", "error", "<|channel|>", "<|message|>", "analysis", "assistantfinal", "<|",
     "\x00", '{"name":"add"}', " to=functions.add json{}", "add", "\ud83d"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
OFFERED = frozenset({"add"})


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


@given(st.lists(st.binary(max_size=60), max_size=10))
@example([b"data: " + b"[" * 2000])
@example([b'data: {"choices":[{"delta":{"content":' + b"9" * 5000 + b"}}]}\n\n"])
@settings(max_examples=300, deadline=2000)
def test_random_bytes(chunks):
    with suppress(WorkersAIError):
        read(*chunks, offered=OFFERED)


@given(st.lists(st.dictionaries(KEYS, JSON, max_size=5).map(dumped), max_size=6))
@example([b'{"result":' * 900 + b"{}" + b"}" * 900])
@example([b'{"tool_calls":[{"index":[1],"id":{},"function":7}]}'])
@example([b'{"choices":[{"index":{},"delta":[],"message":5}],"usage":[1]}'])
@example([b'{"type":"response.output_item.done","output_index":[],"item":{"type":"function_call"}}'])
@settings(max_examples=250, deadline=2000)
def test_json_of_the_right_words_in_the_wrong_places(payloads):
    got = read(sse(*payloads), offered=OFFERED)
    for event in got.events:
        assert isinstance(event, TextDelta | ReasoningDelta | ToolCallDelta | Usage | Finished)
        if isinstance(event, TextDelta | ReasoningDelta):
            assert event.text
            event.text.encode()
            assert "\x00" not in event.text
        if isinstance(event, ToolCallDelta):
            (event.name + event.arguments).encode()


@given(st.sampled_from(FEEDS), st.data())
@settings(max_examples=200, deadline=2000)
def test_a_golden_feed_with_damaged_bytes(feed, data):
    raw = bytearray(feed.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(WorkersAIError):
        read(bytes(raw), offered=OFFERED)


@given(
    st.integers(100, 599),
    st.dictionaries(KEYS, JSON, max_size=5) | st.text() | st.none() | st.lists(JSON, max_size=2),
)
@settings(max_examples=300, deadline=2000)
def test_any_body_of_a_refusal_gives_an_error_with_a_sentence(status, body):
    error = refusal(status, body)
    assert isinstance(error, WorkersAIError)
    assert error.sentence.endswith(".")


@given(st.dictionaries(KEYS, JSON, max_size=5))
@settings(max_examples=300, deadline=2000)
def test_any_whole_answer(body):
    parser = StreamParser(OFFERED)
    parser.feed_whole(orjson.loads(dumped_plain(body)))
    parser.close()


def dumped_plain(value: object) -> bytes:
    return json.dumps(value, allow_nan=False, default=str).encode() if _finite(value) else b"{}"


def _finite(value: object) -> bool:
    try:
        orjson.loads(json.dumps(value, allow_nan=False).encode())
    except ValueError:
        return False
    return True
