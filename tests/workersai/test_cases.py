"""The variants a parser must survive, each as the bytes a server would send."""

import pytest

from chatapp.workersai.errors import (
    BadRequest,
    Busy,
    DailyQuota,
    RateLimited,
    Timeout,
    Unavailable,
)
from chatapp.workersai.events import Usage
from chatapp.workersai.parse import StreamParser
from chatapp.workersai.refusals import refusal
from tests.workersai.wire import DONE, delta, finish, read, sse


def whole(body: dict) -> tuple[list, StreamParser]:
    parser = StreamParser(make_id=lambda: "call_1")
    events = parser.feed_whole(body)
    return events + parser.close(), parser


# 1 empty first deltas


def test_empty_first_deltas_do_not_start_the_answer():
    got = read(
        b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'
        b'data: {"choices":[{"index":0,"delta":{"reasoning_content":""},"finish_reason":null}]}\n\n'
    )
    assert got.events == []
    assert not got.parser.answered


# 2 names of the reasoning


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_is_found_under_each_of_its_names(name):
    got = read(sse(delta(**{name: "Let"}), delta(content="Hi")), DONE)
    assert (got.reasoning, got.text) == ("Let", "Hi")


def test_null_reasoning_beside_content_is_nothing():
    got = read(b'data: {"choices":[{"delta":{"content":"Hi","reasoning_content":null}}]}\n\n', DONE)
    assert (got.reasoning, got.text) == ("", "Hi")


def test_reasoning_sent_under_two_names_at_once_is_taken_once():
    assert read(sse(delta(reasoning_content="Let", reasoning="Let"))).reasoning == "Let"


# 3 two finals


def test_two_finals_end_once_and_zeros_do_not_overwrite_the_counts():
    got = read(
        b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'
        b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],'
        b'"usage":{"prompt_tokens":31,"completion_tokens":9,"total_tokens":40}}\n\n'
        b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],'
        b'"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}\n\n',
        DONE,
    )
    assert got.finish == "stop"
    assert got.usage == Usage(31, 9, 40)


def test_two_equal_finals_are_not_added_up():
    usage = {"prompt_tokens": 136, "completion_tokens": 37, "total_tokens": 173}
    details = {"prompt_tokens_details": {"cached_tokens": 128}}
    got = read(sse(delta(content="x"), finish(usage=usage), finish(usage=usage | details)), DONE)
    assert got.usage == Usage(136, 37, 173, 128)


# 4 usage in each chunk


def chunks_with_usage() -> bytes:
    return (
        b'data: {"choices":[{"delta":{"content":"a"}}],'
        b'"usage":{"prompt_tokens":31,"completion_tokens":0,"total_tokens":31,"neurons":0.5}}\n\n'
    ) + b"".join(
        b'data: {"choices":[{"delta":{"content":"a"}}],'
        b'"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1,"neurons":0.25}}\n\n'
        for _ in range(4)
    )


def test_the_native_tail_counts_and_is_no_text():
    got = read(
        chunks_with_usage(),
        b'data: {"response":"","usage":'
        b'{"prompt_tokens":31,"completion_tokens":9,"total_tokens":40,"neurons":0.81}}\n\n',
        DONE,
    )
    assert got.usage == Usage(31, 9, 40, None, 0.81)
    assert got.text == "aaaaa"


def test_shares_are_added_when_no_tail_comes():
    assert read(chunks_with_usage(), DONE).usage == Usage(31, 4, 35, None, 1.5)


def test_running_totals_are_not_added():
    running = [{**delta(content="a"), "usage": {"prompt_tokens": 31, "completion_tokens": n}} for n in (1, 2, 3)]
    assert read(sse(*running), DONE).usage == Usage(31, 3, 34)


# 5 empty choices


def test_a_chunk_without_choices_carries_only_counts():
    got = read(
        sse(delta(content="x"), finish()),
        b'data: {"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":9,"total_tokens":40}}\n\n',
        DONE,
    )
    assert got.usage == Usage(31, 9, 40)


# 6 content that is no string


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b'{"choices":[{"delta":{"content":6}}]}', "6"),
        (b'{"choices":[{"delta":{"content":0}}]}', "0"),
        (b'{"choices":[{"delta":{"content":1.5}}]}', "1.5"),
        (b'{"choices":[{"delta":{"content":true}}]}', "true"),
        (b'{"choices":[{"delta":{"content":false}}]}', "false"),
        (b'{"choices":[{"delta":{"content":null}}]}', ""),
        (b'{"response":7}', "7"),
        (b'{"response":0}', "0"),
    ],
)
def test_content_that_is_no_string_becomes_its_json_text(payload, text):
    assert read(b"data: " + payload + b"\n\n").text == text


def test_a_digit_of_reasoning_is_kept_too():
    assert read(sse(delta(reasoning_content=0), delta(reasoning_content="x"))).reasoning == "0x"


# 7 padding and unknown keys


def test_padding_and_unknown_keys_are_ignored():
    got = read(
        b'data: {"choices":[{"delta":{"content":"x"},"matched_stop":null,"token_ids":null}],"p":"qwzx81kd"}\n\n'
    )
    assert got.text == "x"
    assert len(got.events) == 1


# 8 finish_reason late, never, or another than the tool calls say

OPEN_CALL = {"id": "c1", "type": "function", "index": 0, "function": {"name": "add", "arguments": "{}"}}


def test_tool_calls_decide_the_reason_when_none_is_given():
    got = read(
        sse(delta(tool_calls=[OPEN_CALL])),
        b'data: {"choices":[{"delta":{},"finish_reason":null,"stop_reason":200012}]}\n\n',
        DONE,
    )
    assert got.finish == "tool_calls"


def test_tool_calls_decide_against_stop():
    assert read(sse(delta(tool_calls=[OPEN_CALL]), finish("stop")), DONE).finish == "tool_calls"


def test_tool_calls_without_a_call_are_a_stop():
    assert read(sse(delta(content="x"), finish("tool_calls")), DONE).finish == "stop"


def test_a_call_cut_by_the_length_stays_cut():
    assert read(sse(delta(tool_calls=[OPEN_CALL]), finish("length")), DONE).finish == "length"


# 9 truncation


def test_bytes_that_end_without_a_finish_are_no_end():
    got = read(b'data: {"choices":[{"delta":{"content":"The answ"}}]}\n\n')
    assert got.text == "The answ"
    assert got.finish is None
    assert not got.parser.finish_seen


def test_a_finish_without_done_is_an_end():
    assert read(sse(delta(content="x"), finish("stop"))).finish == "stop"


def test_done_without_a_finish_is_an_end():
    assert read(sse(delta(content="x")), DONE).finish == "stop"


# 10 reasoning used the whole budget


def test_an_answer_of_reasoning_alone_ends_with_length():
    got = read(
        sse(delta(reasoning_content="Hm")), b'data: {"choices":[{"delta":{},"finish_reason":"length"}]}\n\n', DONE
    )
    assert (got.reasoning, got.text, got.finish) == ("Hm", "", "length")


def test_null_content_in_a_whole_answer_is_no_text():
    body = {
        "choices": [
            {"message": {"role": "assistant", "content": None, "reasoning": "Hm"}, "finish_reason": "length"}
        ]
    }
    events, _ = whole({"result": body, "success": True, "errors": [], "messages": []})
    assert [type(event).__name__ for event in events] == ["ReasoningDelta", "Finished"]
    assert events[-1].reason == "length"


# 11 JSON in place of a stream


def test_a_whole_answer_gives_the_same_events_as_a_stream():
    message = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    events, parser = whole({"result": message, "success": True, "errors": [], "messages": []})
    assert events == read(sse(delta(content="Hello"), finish())).events
    assert parser.finish_seen


def test_an_empty_whole_answer_is_no_end():
    events, parser = whole({"result": {}, "success": True, "errors": [], "messages": []})
    assert events == []
    assert not parser.finish_seen


# 12 tool call in fragments


def test_fragments_of_a_call_are_joined_by_index():
    got = read(
        b'data: {"choices":[{"delta":{"tool_calls":[{"id":"chatcmpl-tool-0a1b","type":"function","index":0,'
        b'"function":{"name":"add","arguments":""}}]}}]}\n\n'
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\""}}]}}]}\n\n'
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}\n\n',
        DONE,
    )
    assert got.calls == [("add", '{"a":1}')]
    assert {event.id for event in got.events[:-1]} == {"call_1"}


def test_arguments_that_are_no_json_are_handed_on():
    call = OPEN_CALL | {"function": {"name": "add", "arguments": "{broken"}}
    assert read(sse(delta(tool_calls=[call])), DONE).calls == [("add", "{broken")]


# 13 tool call whole


def test_a_call_in_one_piece():
    got = read(
        b'data: {"choices":[{"delta":{"tool_calls":[{"id":"call_1","index":0,"type":"function",'
        b'"function":{"name":"add","arguments":"{\\"a\\":1}"}}]}}]}\n\n',
        DONE,
    )
    assert got.calls == [("add", '{"a":1}')]


def test_the_flat_native_call_with_an_object_for_arguments():
    got = read(b'data: {"tool_calls":[{"name":"add","arguments":{"a":1}}]}\n\n', DONE)
    assert got.calls == [("add", '{"a":1}')]
    assert got.finish == "tool_calls"


# 14 odd tool chunks


def test_a_closing_piece_of_nulls_adds_nothing():
    got = read(
        sse(delta(tool_calls=[OPEN_CALL])),
        b'data: {"tool_calls":[{"id":null,"type":null,"index":0,"function":{"name":null,"arguments":""}}]}\n\n',
        b'data: {"tool_calls":[]}\n\n',
        DONE,
    )
    assert got.calls == [("add", "{}")]


def test_arguments_may_come_before_the_name():
    got = read(
        sse(
            delta(tool_calls=[{"index": 0, "function": {"arguments": '{"a"'}}]),
            delta(tool_calls=[{"index": 0, "function": {"name": "add", "arguments": ":1}"}}]),
        ),
        DONE,
    )
    assert got.calls == [("add", '{"a":1}')]


def test_without_an_index_the_order_counts():
    got = read(
        sse(
            delta(tool_calls=[{"id": "a", "function": {"name": "add", "arguments": ""}}]),
            delta(tool_calls=[{"function": {"arguments": "{}"}}]),
            delta(tool_calls=[{"id": "b", "function": {"name": "sub", "arguments": ""}}]),
            delta(tool_calls=[{"function": {"arguments": "[]"}}]),
        ),
        DONE,
    )
    assert got.calls == [("add", "{}"), ("sub", "[]")]


def test_a_second_call_may_open_while_the_first_is_still_being_written():
    got = read(
        sse(
            delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "add", "arguments": "{"}}]),
            delta(tool_calls=[{"index": 1, "id": "b", "function": {"name": "sub", "arguments": "["}}]),
            delta(tool_calls=[{"index": 0, "function": {"arguments": "}"}}]),
            delta(tool_calls=[{"index": 1, "function": {"arguments": "]"}}]),
        ),
        DONE,
    )
    assert got.calls == [("add", "{}"), ("sub", "[]")]


def test_two_whole_calls_under_one_index_are_two():
    got = read(
        sse(
            delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "add", "arguments": "{}"}}]),
            delta(tool_calls=[{"index": 0, "id": "b", "function": {"name": "add", "arguments": "[]"}}]),
        ),
        DONE,
    )
    assert got.calls == [("add", "{}"), ("add", "[]")]


def test_ids_are_ours_since_upstream_repeats_its_own():
    first = read(sse(delta(tool_calls=[OPEN_CALL])))
    ids = {StreamParser().feed([sse(delta(tool_calls=[OPEN_CALL]))[6:-2]])[0].id for _ in range(2)}
    assert len(ids) == 2
    assert first.events[0].id != OPEN_CALL["id"]


def test_empty_arguments_stay_empty():
    call = {"index": 0, "id": "a", "function": {"name": "now", "arguments": ""}}
    assert read(sse(delta(tool_calls=[call])), DONE).calls == [("now", "")]


# 15 tool call leaked as text


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"name":"add","arguments":{"a":1}}', '{"a":1}'),
        ('{"name":"add","parameters":{"a":1}}', '{"a":1}'),
        ('[{"name":"add","parameters":{"a":1}}]', '{"a":1}'),
        ('{"name":"add","a":1}', '{"a":1}'),
        (' to=functions.add json{"a":1}', '{"a":1}'),
        ('to=functions.add <|constrain|>json{"a":1}', '{"a":1}'),
        ('assistantcommentary to=functions.add json{"a":1}', '{"a":1}'),
        ('<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a":1}<|call|>', '{"a":1}'),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_leaked_call_of_an_offered_tool_is_a_call(text, arguments, size):
    pieces = [delta(content=text[i : i + size]) for i in range(0, len(text), size)]
    got = read(sse(*pieces, finish()), DONE, offered=["add"])
    assert got.calls == [("add", arguments)]
    assert (got.text, got.finish) == ("", "tool_calls")


@pytest.mark.parametrize("offered", [[], ["sub"]])
def test_a_leaked_call_of_any_other_name_is_text(offered):
    text = '{"name":"add","arguments":{"a":1}}'
    got = read(
        b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % text.replace('"', '\\"').encode(),
        DONE,
        offered=offered,
    )
    assert (got.text, got.calls) == (text, [])


def test_json_that_is_no_call_is_text_though_tools_are_offered():
    got = read(sse(delta(content='{"city":'), delta(content='"Oslo"}')), DONE, offered=["add"])
    assert (got.text, got.calls) == ('{"city":"Oslo"}', [])


def test_a_real_call_wins_over_a_leaked_one():
    got = read(sse(delta(content='{"name":"add"}'), delta(tool_calls=[OPEN_CALL])), DONE, offered=["add"])
    assert got.calls == [("add", "{}")]


# 16 template tags in text or names


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("raw", "reasoning", "text"),
    [
        ("<|channel|>analysis<|message|>User wants…", "User wants…", ""),
        (
            "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Sure<|return|>",
            "Hm",
            "Sure",
        ),
        ("<|channel|>commentary<|message|>Let me look.<|end|>", "", "Let me look."),
        ("assistantfinalSure", "", "Sure"),
        ("analysisThe user asks.assistantfinalSure", "The user asks.", "Sure"),
        ("assistantanalysisHm assist assistantfinalSure", "Hm assist ", "Sure"),
        ("Plain <|end|>and more<|return|>", "", "Plain and more"),
        ("a < b, a <| b, <b>bold</b>, <|unknown|>", "", "a < b, a <| b, <b>bold</b>, <|unknown|>"),
        ("The tag `<|channel|>` opens a channel.", "", "The tag `<|channel|>` opens a channel."),
        ("analysis of the data", "", "analysis of the data"),
        ("assistants help", "", "assistants help"),
        ("ends with <|chan", "", "ends with <|chan"),
        ("ana", "", "ana"),
    ],
)
def test_tags_are_parted_from_text_however_they_are_cut(raw, reasoning, text, size):
    got = read(sse(*(delta(content=raw[i : i + size]) for i in range(0, len(raw), size))), DONE)
    assert (got.reasoning, got.text) == (reasoning, text)


def test_the_name_of_a_call_ends_at_a_tag():
    call = OPEN_CALL | {"function": {"name": "add<|channel|>commentary", "arguments": "{}"}}
    assert read(sse(delta(tool_calls=[call])), DONE).calls == [("add", "{}")]


# 17 errors inside the stream


def test_an_error_inside_the_stream_is_an_error_though_done_follows():
    got = read(
        sse(delta(content="The answ")),
        b'data: {"error":{"message":"upstream failed","type":"InternalServerError","param":null,"code":500}}\n\n'
        b"data: [DONE]\n\n",
    )
    assert isinstance(got.parser.error, Unavailable)
    assert (got.text, got.finish) == ("The answ", None)


def test_a_cloudflare_error_inside_the_stream_keeps_its_meaning():
    got = read(b'data: {"errors":[{"code":3046,"message":"AiError: Request timeout"}],"success":false}\n\n')
    assert isinstance(got.parser.error, Timeout)


def test_an_error_beside_a_choice_is_an_error():
    got = read(
        sse(
            {
                "choices": [{"delta": {"content": ""}, "finish_reason": "error"}],
                "error": {"code": 502, "message": "x"},
            }
        )
    )
    assert isinstance(got.parser.error, Unavailable)


def test_what_came_before_an_error_in_the_same_read_is_not_lost():
    parser = StreamParser()
    events = parser.feed([sse(delta(content="kept"))[6:-2], b'{"error":"gone"}', sse(delta(content="lost"))[6:-2]])
    assert [event.text for event in events] == ["kept"]


# 18 error envelopes


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"errors": [{"code": 5006, "message": "AiError: Bad input: x"}], "success": False}, BadRequest),
        (400, {"errors": {"code": 5006, "message": "AiError: Bad input: …"}}, BadRequest),
        (400, {"error": [{"code": 2001, "message": "Please configure AI Gateway"}], "success": False}, BadRequest),
        (400, {"error": {"code": "invalid_prompt", "message": "AiError: Bad input: …"}}, BadRequest),
        (400, {"error": "Request not found"}, BadRequest),
        (200, {"success": False, "errors": [{"code": 3040, "message": "Capacity temporarily exceeded"}]}, Busy),
        (503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", Unavailable),
        (502, "", Unavailable),
        (500, None, Unavailable),
    ],
)
def test_every_envelope_of_an_error_is_understood(status, body, kind):
    assert type(refusal(status, body)) is kind


# 19 three kinds of 429


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"errors": [{"code": 3040, "message": "Capacity temporarily exceeded, please try again."}]}, Busy),
        ({"errors": [{"code": 3021, "message": "inference request per min rate reached"}]}, RateLimited),
        ({"errors": [{"code": 4006, "message": "you have used up your daily free allocation"}]}, DailyQuota),
        ({"errors": [{"code": 3036, "message": "Account limited"}]}, DailyQuota),
        ({"errors": [{"message": "you have used up your daily free allocation of 10,000 neurons"}]}, DailyQuota),
        ({"errors": [{"message": "Capacity temporarily exceeded"}]}, Busy),
        ("Too many requests", RateLimited),
        ("", RateLimited),
    ],
)
def test_a_429_is_told_apart_by_code_and_then_by_text(body, kind):
    assert type(refusal(429, body)) is kind


# 20 bytes


@pytest.mark.parametrize(
    "raw",
    [
        b'data:{"choices":[{"delta":{"content":"\xc3\xa4b"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\xc3\xa4b"}}]}\r\n\r\n',
        b'data: {"choices":[{"delta":{"content":"\xc3\xa4b"}}]}\r\r',
        b'data: {"choices":\ndata: [{"delta":{"content":"\xc3\xa4b"}}]}\n\n',
        b': ping\n\nevent: message\nid: 7\nretry: 10\ndata: {"choices":[{"delta":{"content":"\xc3\xa4b"}}]}\n\n',
        b'\xef\xbb\xbfdata: {"choices":[{"delta":{"content":"\xc3\xa4b"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\xc3\xa4b"}}]}',
        b'data: {"choices":[{"delta":{"content":"\xc3\xa4"}}]}\n\n'
        b'data: {broken\n\ndata: {"choices":[{"delta":{"content":"b"}}]}\n\n',
    ],
)
def test_every_way_of_framing_is_read_the_same_at_any_cut(raw):
    for cut in range(len(raw) + 1):
        assert read(raw[:cut], raw[cut:]).text == "äb"


def test_a_bare_done_is_an_end():
    assert read(sse(delta(content="x")), b"[DONE]\n").finish == "stop"


def test_a_malformed_line_among_good_ones_is_skipped_and_counted():
    assert read(b"data: {broken\n\n", sse(delta(content="x"))).parser.malformed == 1


def test_half_a_surrogate_pair_costs_only_itself():
    got = read(b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n', sse(delta(content="b")))
    assert got.text == "a\ufffdb"


def test_nul_never_gets_through_to_a_database():
    assert read(b'data: {"choices":[{"delta":{"content":"a\\u0000b"}}]}\n\n').text == "a\ufffdb"


# 21 ids


def test_ids_that_change_within_a_stream_do_not_matter():
    got = read(sse({"id": "one", **delta(content="a")}, {"id": "two", **delta(content="b")}), DONE)
    assert got.text == "ab"


# 22 Responses API


def test_typed_events_of_the_responses_api_without_event_lines():
    got = read(
        b'data: {"type":"response.output_text.delta","delta":"Hi","sequence_number":4}\n\n'
        b'data: {"type":"response.completed","response":{"usage":{"input_tokens":5,"output_tokens":2}}}\n\n'
    )
    assert (got.text, got.usage, got.finish) == ("Hi", Usage(5, 2, 7), "stop")


def test_a_response_cut_at_its_maximum_ends_with_length():
    got = read(
        sse({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max_output_tokens"}}})
    )
    assert got.finish == "length"


def test_a_failed_response_is_an_error():
    got = read(sse({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "x"}}}))
    assert got.parser.error


def test_a_whole_response_of_the_responses_api():
    output = [
        {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "Hm"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"},
    ]
    events, _ = whole(
        {"result": {"object": "response", "output": output, "usage": {"input_tokens": 1, "output_tokens": 2}}}
    )
    assert [type(event).__name__ for event in events] == [
        "ReasoningDelta",
        "TextDelta",
        "ToolCallDelta",
        "Usage",
        "Finished",
    ]
    assert events[-1].reason == "tool_calls"


# 23, 24 content as object or parts


def test_an_object_as_response_becomes_its_json():
    events, _ = whole({"result": {"response": {"city": "Paris"}}})
    assert events[0].text == '{"city":"Paris"}'


def test_content_in_parts_is_joined():
    events, _ = whole(
        {"choices": [{"message": {"content": [{"type": "text", "text": "Hi "}, {"type": "text", "text": "you"}]}}]}
    )
    assert events[0].text == "Hi you"


# 25 silence is the watchdog's: test_client.py
