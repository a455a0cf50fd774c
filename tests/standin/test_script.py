"""What is said: it obeys the parameters."""

import json
import re

import pytest

from .test_orders import TOOLS
from .wire import Wire, body, finishes, said

QUESTION = "Tell me about rivers and lakes"


def reasoning(result: dict) -> str:
    return result["choices"][0]["message"].get("reasoning_content", "")


def test_the_same_seed_says_the_same(wire: Wire):
    first, second = (wire.whole(QUESTION, seed=7)["choices"][0]["message"] for _ in range(2))
    assert first == second


def test_another_seed_says_something_else(wire: Wire):
    assert len({wire.text(QUESTION, seed=n) for n in range(1, 9)}) > 4


def test_without_a_seed_answers_vary(wire: Wire):
    assert len({wire.text(QUESTION, temperature=1) for _ in range(8)}) > 4


@pytest.mark.parametrize("values", [{"temperature": 0}, {"top_k": 1}])
def test_greedy_sampling_always_says_the_same(wire: Wire, values: dict):
    assert len({wire.text(QUESTION, **values) for _ in range(3)}) == 1


def test_temperature_widens_the_choice(wire: Wire):
    def answers(temperature: float) -> int:
        return len({wire.text(QUESTION, temperature=temperature, seed=n) for n in range(1, 31)})

    assert answers(0) < answers(0.3) < answers(1)


def test_a_stream_and_a_whole_body_of_one_seed_are_the_same_text(wire: Wire):
    assert said(wire.stream(QUESTION, seed=7)) == wire.text(QUESTION, seed=7)


@pytest.mark.parametrize("spelling", [lambda e: {"reasoning_effort": e}, lambda e: {"reasoning": {"effort": e}}])
def test_more_effort_is_more_reasoning(wire: Wire, spelling):
    low, medium, high = (
        len(reasoning(wire.whole(QUESTION, seed=3, **spelling(e)))) for e in ("low", "medium", "high")
    )
    assert 0 < low * 2 < medium
    assert medium * 2 < high


def test_medium_is_the_default_effort(wire: Wire):
    assert reasoning(wire.whole(QUESTION, seed=3)) == reasoning(
        wire.whole(QUESTION, seed=3, reasoning_effort="medium")
    )


class TestMaxTokens:
    def test_reasoning_counts_and_the_finish_is_length(self, wire: Wire):
        result = wire.whole("[[standin reasoning=30 tokens=500]]", max_tokens=50)
        assert result["choices"][0]["finish_reason"] == "length"
        assert result["usage"]["completion_tokens"] == 50

    def test_reasoning_may_leave_nothing_for_the_answer(self, wire: Wire):
        result = wire.whole("[[standin reasoning=100]] hi", max_tokens=40)
        message = result["choices"][0]["message"]
        assert message["content"] is None
        assert message["reasoning_content"]
        assert result["choices"][0]["finish_reason"] == "length"
        found = wire.stream("[[standin reasoning=100]] hi", max_tokens=40)
        assert said(found) == ""
        assert finishes(found) == ["length"]

    def test_256_is_the_default(self, wire: Wire):
        asked = {"messages": [{"role": "user", "content": "[[standin tokens=900]]"}]}
        assert wire.post(asked).json()["result"]["usage"]["completion_tokens"] == 256

    def test_a_short_answer_stops_by_itself(self, wire: Wire):
        assert wire.whole("hello", max_tokens=2000)["choices"][0]["finish_reason"] == "stop"


class TestFormats:
    SCHEMA = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 10},
            "age": {"type": "integer", "minimum": 18, "maximum": 99},
            "colour": {"enum": ["red", "blue"]},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
            "home": {"$ref": "#/$defs/place"},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["name", "age", "colour", "tags", "home"],
        "$defs": {"place": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
    }

    @pytest.mark.parametrize("wrapped", [False, True])
    def test_json_of_the_schema_is_valid(self, wire: Wire, wrapped: bool):
        schema = {"name": "person", "schema": self.SCHEMA, "strict": True} if wrapped else self.SCHEMA
        wanted = {"type": "json_schema", "json_schema": schema}
        found = json.loads(wire.text("Maria is 34 and likes blue", response_format=wanted))
        assert set(self.SCHEMA["required"]) <= set(found)
        assert found["age"] == 34
        assert found["colour"] == "blue"
        assert len(found["tags"]) == 2
        assert isinstance(found["home"]["city"], str)
        assert len(found["name"]) <= 10

    def test_a_schema_of_itself_comes_to_an_end(self, wire: Wire):
        node = {"type": "object", "properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}}
        wanted = {"type": "json_schema", "json_schema": node}
        assert "value" in json.loads(wire.text("a list", response_format=wanted))

    def test_a_schema_that_requires_itself_is_answered_too(self, wire: Wire):
        node = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
        wanted = {"type": "json_schema", "json_schema": node}
        assert wire.post(body("a list", response_format=wanted)).status_code == 200

    def test_a_json_object_streams(self, wire: Wire):
        found = wire.stream("Give me JSON", response_format={"type": "json_object"})
        assert isinstance(json.loads(said(found)), dict)


class TestTools:
    CONVERT = {
        "name": "c_to_f",
        "description": "Convert Celsius to Fahrenheit",
        "parameters": {"type": "object", "properties": {"c": {"type": "number"}}, "required": ["c"]},
    }

    def call(self, wire: Wire, messages: list, **values) -> dict:
        asked = {"messages": messages, "max_tokens": 2000, **values}
        return wire.post(asked).json()["result"]["choices"][0]

    def test_a_fitting_tool_is_called_with_arguments_from_the_question(self, wire: Wire):
        choice = self.call(wire, body("What is the weather in Oslo?")["messages"], tools=TOOLS)
        assert choice["finish_reason"] == "tool_calls"
        (call,) = choice["message"]["tool_calls"]
        assert json.loads(call["function"]["arguments"]) == {"city": "Oslo"}

    def test_a_question_that_needs_no_tool_is_answered(self, wire: Wire):
        assert self.call(wire, body("Tell me about rivers")["messages"], tools=TOOLS)["finish_reason"] == "stop"

    def test_after_a_result_the_answer_tells_it(self, wire: Wire):
        messages = body("What is the weather in Oslo?")["messages"]
        first = self.call(wire, messages, tools=TOOLS)["message"]
        result = {"role": "tool", "tool_call_id": first["tool_calls"][0]["id"], "content": '{"sky":"clear skies"}'}
        choice = self.call(wire, [*messages, {**first, "content": ""}, result], tools=TOOLS)
        assert choice["finish_reason"] == "stop"
        assert "get_weather" in choice["message"]["content"]
        assert "clear skies" in choice["message"]["content"]

    def test_calls_are_chained_when_the_question_needs_two(self, wire: Wire):
        messages = body("What is the weather in Oslo, converted to Fahrenheit?")["messages"]
        tools = [*TOOLS, self.CONVERT]
        called = []
        for result in ('{"c": 5}', "41"):
            message = self.call(wire, messages, tools=tools)["message"]
            called.append(message["tool_calls"][0]["function"]["name"])
            if called[-1] == "c_to_f":
                assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"c": 5}
            answer = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": result}
            messages = [*messages, {**message, "content": ""}, answer]
        assert called == ["get_weather", "c_to_f"]
        assert self.call(wire, messages, tools=tools)["finish_reason"] == "stop"

    def test_a_named_tool_is_forced_and_none_forbids(self, wire: Wire):
        named = {"type": "function", "function": {"name": "get_weather"}}
        hello = body("hello")["messages"]
        assert self.call(wire, hello, tools=TOOLS, tool_choice=named)["message"]["tool_calls"]
        assert self.call(wire, hello, tools=TOOLS, tool_choice="required")["message"]["tool_calls"]
        weather = body("What is the weather in Oslo?")["messages"]
        assert not self.call(wire, weather, tools=TOOLS, tool_choice="none")["message"]["tool_calls"]

    def test_a_forced_call_that_does_not_fit_is_refused(self, wire: Wire):
        named = {"type": "function", "function": {"name": "get_weather"}}
        asked = body("hello [[standin reasoning=20]]", tools=TOOLS, tool_choice=named, max_tokens=10)
        assert wire.refused(asked)[1] == 8006

    def test_directives_choose_tool_arguments_count_and_chain(self, wire: Wire):
        text = '[[standin tool=get_weather args="{\\"city\\":\\"Rome\\"}" calls=2]]'
        calls = wire.whole(text, tools=TOOLS)["choices"][0]["message"]["tool_calls"]
        assert [c["function"]["arguments"] for c in calls] == ['{"city":"Rome"}'] * 2
        assert calls[0]["id"] != calls[1]["id"]

    def test_the_native_form_has_arguments_as_objects(self, wire: Wire):
        asked = {"prompt": "What is the weather in Oslo?", "tools": TOOLS, "max_tokens": 500}
        assert wire.post(asked).json()["result"]["tool_calls"] == [
            {"name": "get_weather", "arguments": {"city": "Oslo"}}
        ]


class TestAnswers:
    def test_every_answer_says_that_it_is_the_stand_in(self, wire: Wire):
        for question in ("hi", QUESTION, "What is 2+2?", "Write a Rust function", "Compare tea and coffee"):
            assert "stand-in model, not gpt-oss-20b" in wire.text(question)

    def test_the_words_of_the_question_come_back(self, wire: Wire):
        assert "rivers" in wire.text(QUESTION).lower()

    @pytest.mark.parametrize(
        ("question", "pattern"),
        [
            ("Write a Python function that counts words", r"```python\n[\s\S]+Counter"),
            ("Give me an SQL query", r"```sql\n"),
            ("Compare tea and coffee", r"\| \| Tea \| Coffee \|\n\|---"),
            ("How do I plan a trip?", r"\n1\. .+\n2\. "),
            ("What is the quadratic formula?", r"\\\[\nx = [\s\S]+\\\]"),
            ("State Euler's identity as an equation", r"\$\$\ne\^\{i\\pi\}"),
            ("What is 12*12?", r"\*\*144\*\*"),
            ("Show me all your markdown", r"^# [\s\S]+```[\s\S]+> "),
            ("Repeat exactly: blue whale", r"^blue whale\n"),
            ("What is your system prompt?", r"no instructions"),
        ],
    )
    def test_the_answer_has_the_shape_of_the_question(self, wire: Wire, question: str, pattern: str):
        assert re.search(pattern, wire.text(question, seed=5))

    def test_it_remembers_the_conversation(self, wire: Wire):
        turns = [
            {"role": "system", "content": "Speak like a pirate."},
            {"role": "user", "content": "My name is Maria."},
            {"role": "assistant", "content": "Nice to meet you, Maria."},
        ]

        def ask(text: str) -> str:
            asked = {"messages": [*turns, {"role": "user", "content": text}], "max_tokens": 900}
            return wire.post(asked).json()["result"]["choices"][0]["message"]["content"]

        assert "Maria" in ask("What is my name?")
        assert "> My name is Maria." in ask("What was my first message?")
        assert "> Speak like a pirate." in ask("What are your instructions?")

    def test_a_title_is_short_and_bare(self, wire: Wire):
        instruction = "Write a title for this conversation: at most six words."
        asked = {
            "messages": [
                {"role": "system", "content": instruction},
                {
                    "role": "user",
                    "content": "[[standin fault=cut]] How do I bake sourdough bread?\nPlease.",
                },
                {"role": "assistant", "content": "Like this."},
                {"role": "user", "content": instruction},
            ],
            "max_tokens": 30,
        }
        choice = wire.post(asked).json()["result"]["choices"][0]
        assert choice["message"]["content"] == "Bake sourdough bread"
        assert choice["finish_reason"] == "stop"
