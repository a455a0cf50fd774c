"""The order of stream events, as it was seen."""

import pytest

from .wire import CHAT, Wire, deltas, events, finishes, said

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather of a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
EXACT = '[[standin text="Hello you" think="Let me" %s]]'


def test_the_run_address_streams_with_usage_in_each_chunk_and_a_native_tail(wire: Wire):
    found = wire.stream(EXACT % "")
    first, *chunks, finish, empty, tail, done = found
    assert first["choices"][0]["delta"] == {"content": "", "reasoning_content": None, "role": "assistant"}
    assert [c["choices"][0]["delta"] for c in chunks] == [
        {"reasoning_content": "Let"},
        {"reasoning_content": " me"},
        {"content": "Hello", "reasoning_content": None},
        {"content": " you", "reasoning_content": None},
    ]
    assert all(c["usage"]["completion_tokens"] == 1 and c["p"] for c in chunks)
    assert finish["choices"][0]["finish_reason"] == "stop"
    assert finish["choices"][0]["matched_stop"] == 200002
    assert empty["choices"] == []
    assert tail["response"] == ""
    assert done == "[DONE]"


def test_the_tails_usage_is_the_sum_of_the_chunks(wire: Wire):
    *chunks, tail, _ = wire.stream("Tell me about rivers")
    for name in ("prompt_tokens", "completion_tokens", "total_tokens", "neurons"):
        assert tail["usage"][name] == pytest.approx(sum(c["usage"][name] for c in chunks))


def test_the_chat_address_streams_two_finals(wire: Wire):
    found = wire.stream(EXACT % "", CHAT)
    first, opened, *chunks, end, final, again, done = found
    assert first["id"].startswith("id-")
    assert first["choices"] == [
        {"index": 0, "delta": {"role": "assistant", "content": ""}, "logprobs": None, "finish_reason": None}
    ]
    assert opened["choices"][0]["delta"] == {"reasoning_content": ""}
    assert (said(chunks, "reasoning_content"), said(chunks)) == ("Let me", "Hello you")
    assert "usage" not in chunks[-1]
    assert end["choices"][0]["stop_reason"] == 200002
    assert end["choices"][0]["finish_reason"] is None
    assert list(final) == ["id", "object", "created", "model", "choices", "usage"]
    assert list(final["usage"]) == ["prompt_tokens", "total_tokens", "completion_tokens"]
    assert again["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}
    assert finishes(found) == ["stop", "stop"]
    assert done == "[DONE]"


def test_the_second_final_can_say_zero(wire: Wire):
    *_, first, second, _ = wire.stream(EXACT % "zero=1", CHAT)
    assert first["usage"]["completion_tokens"] == 4
    assert set(second["usage"].values()) == {0}


def test_a_plain_server_says_usage_only_when_asked(wire: Wire):
    path = "/v1/chat/completions"
    *_, last, _ = wire.stream("hello", path)
    assert "usage" not in last
    *_, finish, last, _ = wire.stream("hello", path, stream_options={"include_usage": True})
    assert finish["choices"][0]["finish_reason"] == "stop"
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] > 0


def test_the_native_order_says_response(wire: Wire):
    found = wire.stream(EXACT % "variant=native")
    assert "".join(e.get("response", "") for e in found[:-1]) == "Hello you"
    assert found[-2]["usage"]["completion_tokens"] == 4


@pytest.mark.parametrize("variant", ["run", "v1", "openai", "native"])
def test_every_order_is_heard_at_every_address(wire: Wire, variant: str):
    for path in ("/client/v4/accounts/a/ai/run/gpt-oss-20b", CHAT):
        assert wire.stream(f"hello [[standin variant={variant}]]", path)[-1] == "[DONE]"


@pytest.mark.parametrize("variant", ["run", "v1", "openai"])
@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_goes_by_either_name(wire: Wire, variant: str, name: str):
    found = wire.stream(EXACT % f"variant={variant} field={name}")
    other = ({"reasoning_content", "reasoning"} - {name}).pop()
    assert said(found, name) == "Let me"
    assert said(found, other) == ""


@pytest.mark.parametrize("path", [CHAT, "/client/v4/accounts/a/ai/run/gpt-oss-20b"])
def test_a_tool_call_opens_once_and_comes_in_fragments(wire: Wire, path: str):
    found = wire.stream("What is the weather in Oslo?", path, tools=TOOLS)
    opened, *pieces = [d["tool_calls"][0] for d in deltas(found) if d.get("tool_calls")]
    assert opened["function"] == {"name": "get_weather", "arguments": ""}
    assert opened["id"].startswith("chatcmpl-tool-")
    assert len(pieces) > 2
    assert all(set(p) == {"index", "function"} and set(p["function"]) == {"arguments"} for p in pieces)
    assert "".join(p["function"]["arguments"] for p in pieces) == '{"city":"Oslo"}'
    assert set(finishes(found)) == {"tool_calls"}
    assert said(found) == ""


def test_a_tool_call_ends_with_the_models_call_token(wire: Wire):
    found = wire.stream("What is the weather in Oslo?", CHAT, tools=TOOLS)
    assert [c["stop_reason"] for e in found[:-1] for c in e["choices"] if "stop_reason" in c] == [200012]


def test_chunks_can_hold_many_tokens(wire: Wire):
    one, four = (
        wire.stream("[[standin tokens=40 reasoning=0 seed=1]]"),
        wire.stream("[[standin tokens=40 reasoning=0 seed=1 chunk=4]]"),
    )
    assert len([d for d in deltas(one) if d.get("content")]) == 40
    assert len([d for d in deltas(four) if d.get("content")]) == 10
    assert four[-2]["usage"]["completion_tokens"] == 40


def test_events_are_single_data_lines_with_a_blank_line_between(wire: Wire):
    raw, ended = wire.raw("Say something with\n\nnewlines in it")
    assert ended == "whole"
    assert raw.endswith(b"data: [DONE]\n\n")
    assert all(block.startswith(b"data: ") and b"\n" not in block for block in raw.split(b"\n\n")[:-1])
    assert events(raw)[-1] == "[DONE]"
