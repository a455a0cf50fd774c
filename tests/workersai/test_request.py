"""What goes out: the body of each request form."""

import orjson
import pytest

from chatapp.workersai.endpoint import FORMS, Endpoint
from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS
from chatapp.workersai.request import build_body, encode
from chatapp.workersai.validation import clean

ASKED = [{"role": "user", "content": "Hi"}]


def body(values=None, messages=ASKED, *, form="run", stream=True, **options):
    return build_body(messages, values or {}, form=form, model="gpt-oss-20b", stream=stream, **options)


def test_an_unset_request_is_messages_maximum_and_stream():
    assert body() == {"messages": ASKED, "max_tokens": DEFAULT_MAX_TOKENS, "stream": True}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stream", [True, False])
def test_the_maximum_always_goes_out(form, stream):
    assert body(form=form, stream=stream)["max_tokens"] == DEFAULT_MAX_TOKENS
    assert body({"max_tokens": 300}, form=form, stream=stream)["max_tokens"] == 300


@pytest.mark.parametrize("form", ["chat", "openai"])
def test_openai_forms_name_the_model_and_ask_for_the_counts(form):
    sent = body(form=form)
    assert sent["model"] == "gpt-oss-20b"
    assert sent["stream_options"] == {"include_usage": True}
    assert "stream_options" not in body(form=form, stream=False)


@pytest.mark.parametrize("form", FORMS)
def test_effort_goes_out_in_both_spellings(form):
    sent = body({"reasoning": {"effort": "low", "summary": "auto"}}, form=form)
    assert sent["reasoning_effort"] == "low"
    assert sent["reasoning"] == {"effort": "low", "summary": "auto"}


def test_a_summary_without_effort_sets_no_effort():
    sent = body({"reasoning": {"summary": "concise"}})
    assert sent["reasoning"] == {"summary": "concise"}
    assert "reasoning_effort" not in sent


@pytest.mark.parametrize("form", FORMS)
def test_every_value_of_the_panel_goes_out_and_nothing_else(form):
    values = clean(
        {
            "frequency_penalty": 0.5,
            "presence_penalty": -0.5,
            "repetition_penalty": 1.1,
            "seed": 7,
            "temperature": 0,
            "top_k": 3,
            "top_p": 0.9,
        }
    )
    sent = body(values, form=form)
    for name, value in values.items():
        assert sent[name] == value
    assert set(sent) - set(values) == set(body(form=form))


def test_zero_is_a_value():
    assert body({"temperature": 0})["temperature"] == 0


def test_what_a_form_does_not_take_stays_here():
    assert "raw" in body({"raw": True})
    assert "raw" not in body({"raw": True}, form="chat")
    assert "lora" not in body({"lora": "mine"})


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (None, ""),
        ("", ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        (7, "7"),
        ("half \ud83d emoji", "half ? emoji"),
    ],
)
def test_content_is_always_text(content, sent):
    message = body(messages=[{"role": "user", "content": content}])["messages"][0]
    assert message["content"] == sent
    encode({"messages": [message]})


def test_a_chain_of_tool_calls_goes_back_as_the_model_wrote_it():
    messages = [
        {
            "role": "assistant",
            "content": None,
            "reasoning": "Need the weather.",
            "tool_calls": [{"id": "c1", "name": "weather", "arguments": {"city": "Oslo"}}],
            "stored_at": "ours",
        },
        {"role": "tool", "tool_call_id": "c1", "name": "weather", "content": "5"},
    ]
    first, second = body(messages=messages)["messages"]
    assert first == {
        "role": "assistant",
        "content": "",
        "reasoning": "Need the weather.",
        "reasoning_content": "Need the weather.",
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}
        ],
    }
    assert second == messages[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "tool",
    [
        {"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {}}},
        {
            "type": "function",
            "function": {
                "name": "add",
                "description": "Adds.",
                "parameters": {"type": "object", "properties": {}},
            },
        },
    ],
)
def test_tools_go_out_in_the_form_with_function(form, tool):
    assert body({"tools": [tool]}, form=form)["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "add",
                "description": "Adds.",
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize("given", [SCHEMA, {"name": "answer", "schema": SCHEMA, "strict": True}])
def test_a_schema_goes_out_bare_or_wrapped_as_the_form_wants(given):
    values = {"response_format": {"type": "json_schema", "json_schema": given}}
    assert body(values)["response_format"]["json_schema"] == SCHEMA
    wrapped = {"name": "answer", "schema": SCHEMA, "strict": True}
    assert body(values, form="chat")["response_format"]["json_schema"] == wrapped


def test_a_body_is_written_as_json():
    assert orjson.loads(encode(body())) == body()


@pytest.mark.parametrize(
    ("form", "url"),
    [
        ("run", "https://api.example/client/v4/accounts/a%2Fb/ai/run/@cf/openai/gpt-oss-20b"),
        ("chat", "https://api.example/client/v4/accounts/a%2Fb/ai/v1/chat/completions"),
        ("openai", "https://api.example/client/v4/chat/completions"),
    ],
)
def test_each_form_has_its_address(form, url):
    endpoint = Endpoint("https://api.example/client/v4/", "a/b", form=form)
    assert endpoint.url("@cf/openai/gpt-oss-20b") == url


@pytest.mark.parametrize(
    ("model", "other"),
    [("gpt-oss-20b", "@cf/openai/gpt-oss-20b"), ("@cf/openai/gpt-oss-20b", "gpt-oss-20b")],
)
def test_the_model_has_two_names(model, other):
    assert Endpoint("https://x", "a", model=model).other_model() == other
    assert Endpoint("https://x", model=model, form="openai").other_model() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"base": "ftp://x", "account": "a"},
        {"base": "https://x", "account": ""},
        {"base": "https://x", "account": "a", "form": "carrier pigeon"},
    ],
)
def test_a_wrong_endpoint_does_not_start(wrong):
    with pytest.raises(ValueError):
        Endpoint(**wrong)
