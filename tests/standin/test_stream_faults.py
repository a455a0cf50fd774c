"""Faults inside a stream."""

import json
import time

import pytest

from .test_orders import TOOLS
from .wire import RUN, Wire, body, deltas, events, finishes, said

TEXT = 'text="One two three four five six seven eight nine ten 7 0 42 twelve"'


def asked(fault: str, more: str = "") -> str:
    return f"[[standin fault={fault} reasoning=0 {TEXT} {more}]]"


@pytest.mark.parametrize(("fault", "ending"), [("cut", "cut"), ("reset", "reset"), ("end", "whole")])
def test_a_stream_can_break_off_after_some_tokens(wire: Wire, fault: str, ending: str):
    raw, ended = wire.raw(asked(fault, "after=4 rate=200"))
    found = events(raw)
    assert ended == ending
    assert said(found) == "One two three four"
    assert "[DONE]" not in found
    assert finishes(found) == []


@pytest.mark.parametrize("variant", ["run", "v1", "openai", "native"])
def test_a_stream_can_end_inside_a_character(wire: Wire, variant: str):
    raw, ended = wire.raw(asked("cut-char", f"after=3 variant={variant}"))
    assert ended == "cut"
    with pytest.raises(UnicodeDecodeError):
        raw.decode()
    assert len(raw) - len(raw.decode(errors="ignore").encode()) == 2


def test_an_error_can_come_in_mid_stream(wire: Wire):
    *_, error, done = wire.stream(asked("error", "after=2"))
    assert error["error"]["code"] == 500
    assert done == "[DONE]"
    *_, error = wire.stream(asked("error-cloudflare", "after=2"))
    assert error == {"errors": [{"code": 3046, "message": "AiError: Request timeout"}], "success": False}


def test_a_stall_is_silence_and_then_the_rest(wire: Wire):
    began = time.monotonic()
    found = wire.stream(asked("stall", "after=2 for=0.5"))
    assert time.monotonic() - began >= 0.5
    assert said(found).endswith("twelve")


def test_one_malformed_event_stands_among_good_ones(wire: Wire):
    raw, _ = wire.raw(asked("malformed", "after=2"))
    bad = []
    for block in raw.decode().split("\n\n")[:-2]:
        try:
            json.loads(block.removeprefix("data: "))
        except ValueError:
            bad.append(block)
    assert len(bad) == 1
    assert raw.endswith(b"[DONE]\n\n")


def test_a_tool_call_can_leak_as_text(wire: Wire):
    found = wire.stream("weather in Oslo [[standin fault=leak-tool]]", tools=TOOLS)
    assert json.loads(said(found)) == {"name": "get_weather", "arguments": {"city": "Oslo"}}
    assert finishes(found) == ["stop"]
    assert not any(d.get("tool_calls") for d in deltas(found))


def test_harmony_tags_can_leak_split_over_chunks(wire: Wire):
    found = wire.stream(asked("leak-harmony"))
    assert said(found).startswith("<|channel|>analysis<|message|>")
    assert not any(d.get("content") == "<|channel|>" for d in deltas(found)[:3])


def test_starvation_is_reasoning_without_an_answer(wire: Wire):
    found = wire.stream(asked("starve"))
    assert said(found) == ""
    assert said(found, "reasoning_content").startswith("One two")
    assert finishes(found) == ["length"]


def test_numbers_can_be_json_numbers(wire: Wire):
    contents = [d["content"] for d in deltas(wire.stream(asked("numeric"))) if "content" in d]
    assert [c for c in contents if isinstance(c, int)] == [7, 0, 42]


def test_comments_stand_between_events(wire: Wire):
    raw, _ = wire.raw(asked("comments"))
    assert raw.count(b": keep-alive\n\n") == raw.count(b'"completion_tokens":1,')


def test_lines_can_end_in_crlf_and_start_without_blank(wire: Wire):
    raw, _ = wire.raw(asked("crlf,no-space,bom"))
    assert raw.startswith(b"\xef\xbb\xbfdata:{")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.endswith(b"data:[DONE]\r\n\r\n")


def test_events_can_carry_event_and_id_lines(wire: Wire):
    raw, _ = wire.raw(asked("event-lines"))
    assert raw.startswith(b"event: message\nid: 1\ndata: {")


def test_choices_can_be_empty_between_tokens(wire: Wire):
    found = wire.stream(asked("empty-choices", "variant=v1"))
    assert [e["choices"] for e in found[:-1]].count([]) >= 1
    assert said(found).endswith("twelve")


def test_ids_can_change_and_names_be_filled_with_null(wire: Wire):
    found = wire.stream(asked("ids,null-filled"))
    assert len({e["id"] for e in found[:-1] if "id" in e}) > 5
    assert all({"content", "reasoning", "tool_calls"} <= set(d) for d in deltas(found))


@pytest.mark.parametrize("variant", ["run", "v1", "openai", "native"])
def test_finish_done_and_usage_can_be_missing(wire: Wire, variant: str):
    found = wire.stream(asked("no-finish", f"variant={variant}"))
    assert finishes(found) == []
    assert found[-1] == "[DONE]"
    assert "[DONE]" not in wire.stream(asked("no-done", f"variant={variant}"))
    found = wire.stream(asked("no-usage", f"variant={variant}"))
    assert not any("usage" in e for e in found[:-1])
    assert found[-1] == "[DONE]"


@pytest.mark.parametrize("variant", ["run", "v1", "openai"])
def test_a_tool_call_can_come_whole(wire: Wire, variant: str):
    found = wire.stream(f"weather in Oslo [[standin fault=tool-whole calls=2 variant={variant}]]", tools=TOOLS)
    (calls,) = [d["tool_calls"] for d in deltas(found) if d.get("tool_calls")]
    assert len(calls) == 2
    assert all(json.loads(call["function"]["arguments"])["city"] == "Oslo" for call in calls)


def test_the_first_byte_and_the_first_token_can_be_late(wire: Wire):
    with wire.http.stream(
        "POST",
        RUN,
        json=body("[[standin head=0.3 first=0.3 reasoning=0]] hi", stream=True),
        headers={"authorization": "Bearer t"},
    ) as response:
        began = time.monotonic()
        lines = response.iter_lines()
        opened = json.loads(next(lines).removeprefix("data: "))
        assert opened["choices"][0]["delta"]["role"] == "assistant"
        assert time.monotonic() - began < 0.25
        next(lines)
        next(lines)
        assert time.monotonic() - began >= 0.25
    assert response.elapsed.total_seconds() >= 0.6
