"""What is refused before the model sees it, in Cloudflare's words."""

import pytest

from .wire import RUN, Wire, body

RANGES = [
    ("max_tokens", 0, "'/max_tokens' must be >= 1"),
    ("temperature", -0.1, "'/temperature' must be >= 0"),
    ("temperature", 5.1, "'/temperature' must be <= 5"),
    ("top_p", 0, "'/top_p' must be >= 0.001"),
    ("top_p", 1.5, "'/top_p' must be <= 1"),
    ("top_k", 0, "'/top_k' must be >= 1"),
    ("top_k", 80, "'/top_k' must be <= 50"),
    ("seed", 0, "'/seed' must be >= 1"),
    ("seed", 10_000_000_000, "'/seed' must be <= 9999999999"),
    ("repetition_penalty", 2.5, "'/repetition_penalty' must be <= 2"),
    ("frequency_penalty", -3, "'/frequency_penalty' must be >= -2"),
    ("presence_penalty", 3, "'/presence_penalty' must be <= 2"),
    ("top_k", 1.5, "Type mismatch of '/top_k', 'number' not in 'integer'"),
    ("seed", None, "Type mismatch of '/seed', 'null' not in 'integer'"),
    ("temperature", "hot", "Type mismatch of '/temperature', 'string' not in 'number'"),
    ("temperature", True, "Type mismatch of '/temperature', 'boolean' not in 'number'"),
    ("stream", "yes", "Type mismatch of '/stream', 'string' not in 'boolean'"),
    ("tools", {}, "Type mismatch of '/tools', 'object' not in 'array'"),
    ("reasoning", {"effort": "huge"}, "enum huge not in low,medium,high at '/reasoning/effort'"),
    ("reasoning", {"summary": "long"}, "enum long not in auto,concise,detailed at '/reasoning/summary'"),
    ("reasoning_effort", "none", "enum none not in low,medium,high at '/reasoning_effort'"),
    (
        "response_format",
        {"type": "xml"},
        "enum xml not in json_object,json_schema,text at '/response_format",
    ),
    ("tools", [{"type": "function", "function": {}}], "required properties at '/tools/0/function' are 'name"),
    ("functions", [{"name": "f"}], "required properties at '/functions/0' are 'name,code'"),
]


@pytest.mark.parametrize(("name", "value", "complaint"), RANGES)
def test_a_value_out_of_range_or_type_is_bad_input(wire: Wire, name: str, value: object, complaint: str):
    status, code, message = wire.refused(body("hello", **{name: value}))
    assert (status, code) == (400, 5006)
    assert message.startswith("AiError: Bad input: Error: oneOf at '/' not met, 0 matches: ")
    assert complaint in message


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", 5), ("top_p", 0.001), ("top_k", 50), ("seed", 9_999_999_999), ("presence_penalty", -2)],
)
def test_a_value_at_its_bound_is_taken(wire: Wire, name: str, value: object):
    assert wire.post(body("hello", **{name: value})).status_code == 200


def test_a_body_that_is_no_branch_names_what_every_branch_misses(wire: Wire):
    _, code, message = wire.refused({"temperature": 1})
    assert code == 5006
    assert all(f"'/' are '{name}'" in message for name in ("prompt", "messages", "input", "requests"))


def test_a_body_of_two_branches_matches_twice(wire: Wire):
    assert "oneOf at '/' not met, 2 matches" in wire.refused({**body("hello"), "prompt": "hello"})[2]


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({"role": "assistant", "content": None}, "'/messages/0/content', 'null' not in 'string'"),
        ({"role": "user", "content": [{"type": "text", "text": "x"}]}, "'/messages/0/content', 'array' not in"),
        ({"role": "assistant", "tool_calls": []}, "required properties at '/messages/0' are 'role,content'"),
        ("hello", "'/messages/0', 'string' not in 'object'"),
    ],
)
def test_content_must_be_a_string(wire: Wire, message: object, complaint: str):
    status, code, text = wire.refused({"messages": [message]})
    assert (status, code) == (400, 5006)
    assert complaint in text


def test_no_messages_and_an_empty_prompt_are_bad_input(wire: Wire):
    assert wire.refused({"messages": []})[1] == 5006
    assert "Length of '/prompt' must be >= 1" in wire.refused({"prompt": ""})[2]


@pytest.mark.parametrize("values", [{"tool_choice": "auto"}, {"tool_choice": "any", "tools": [{"name": "f"}]}])
def test_tool_choice_needs_tools_and_a_known_word(wire: Wire, values: dict):
    assert wire.refused(body("hello", **values))[:2] == (400, 8001)


def test_a_json_schema_is_not_streamed(wire: Wire):
    wanted = {"type": "json_schema", "json_schema": {"type": "object"}}
    assert wire.refused(body("hello", response_format=wanted, stream=True))[:2] == (400, 5023)


def test_lora_is_unsupported_where_it_is_a_parameter(wire: Wire):
    assert wire.refused({"prompt": "hello", "lora": "mine"})[:2] == (405, 5005)
    assert wire.post(body("hello", lora="mine")).status_code == 200


def test_input_and_max_tokens_together_must_fit_the_window(wire: Wire):
    status, code, message = wire.refused(body("hello", max_tokens=128_000))
    assert (status, code) == (413, 5021)
    assert "exceeded this model context window limit (128000)" in message
    assert wire.post(body("hello", max_tokens=127_000)).status_code == 200
    assert wire.refused(body("long " * 110_000, max_tokens=100))[1] == 5021


def test_unknown_keys_pass(wire: Wire):
    assert wire.post(body("hello", top_logprobs=3, user="alice"), RUN).status_code == 200
