"""What a message or a header may ask of the stand-in."""

import time

import pytest

from .wire import Wire, body, said


def test_text_and_reasoning_are_said_word_for_word(wire: Wire):
    asked = '[[standin text="Line one\\nsays \\"hi\\" ]] there" think="Hm."]] ignored'
    message = wire.whole(asked)["choices"][0]["message"]
    assert message["content"] == 'Line one\nsays "hi" ]] there'
    assert message["reasoning_content"] == "Hm."


@pytest.mark.parametrize("tokens", [0, 1, 7, 3000])
def test_lengths_are_exact(wire: Wire, tokens: int):
    usage = wire.whole(f"[[standin tokens={tokens} reasoning=13]] rivers", max_tokens=5000)["usage"]
    assert usage["completion_tokens"] == tokens + 13


def test_a_text_is_repeated_up_to_its_length(wire: Wire):
    assert wire.text('[[standin text="one two" tokens=5]]') == "one twoone twoone"
    assert wire.whole('[[standin text="one two" tokens=9 reasoning=0]]')["usage"]["completion_tokens"] == 9


def test_the_header_speaks_too_and_the_message_wins(wire: Wire):
    asked = body('[[standin text="from the message"]]')
    response = wire.post(asked, x_standin='text="from the header" think="thought"')
    message = response.json()["result"]["choices"][0]["message"]
    assert (message["content"], message["reasoning_content"]) == ("from the message", "thought")


def test_only_the_last_user_message_is_heard(wire: Wire):
    asked = body("hello")
    asked["messages"].insert(0, {"role": "user", "content": "[[standin fault=quota]]"})
    assert wire.post(asked).status_code == 200


def test_a_directive_is_not_part_of_the_question(wire: Wire):
    assert "standin" not in wire.text("Tell me about [[standin reasoning=0]] rivers").split("—")[0].lower()


@pytest.mark.parametrize(
    ("directive", "complaint"),
    [
        ("speed=5", "unknown directive 'speed'; known are rate,"),
        ("rate=fast", "directive rate=fast"),
        ("tokens=-1", "must be from 0"),
        ("variant=v3", "must be one of run, v1, openai, native"),
        ("fault=explode", "unknown fault 'explode'; known are"),
        ("fault=busy:0", "must be from 1"),
        ("nonsense", "write name=value"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(wire: Wire, directive: str, complaint: str):
    status, code, message = wire.refused(body(f"[[standin {directive}]]"))
    assert (status, code) == (400, 4000)
    assert complaint in message


def test_finish_reasons_can_be_chosen(wire: Wire):
    for reason in ("length", "content_filter", "tool_calls"):
        assert wire.whole(f"[[standin finish={reason}]]")["choices"][0]["finish_reason"] == reason
    assert wire.whole("[[standin finish=none]]")["choices"][0]["finish_reason"] is None


def test_cached_tokens_can_be_chosen_but_not_more_than_the_prompt(wire: Wire):
    usage = wire.whole("[[standin cached=3]]")["usage"]
    assert usage["prompt_tokens_details"] == {"cached_tokens": 3}
    usage = wire.whole("[[standin cached=9999]]")["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] == usage["prompt_tokens"]


def test_stamps_are_growing_times_of_this_machine(wire: Wire):
    before = time.monotonic_ns()
    times = [int(t[1:]) for t in said(wire.stream("[[standin stamp=1 tokens=50]]")).split()]
    assert len(times) == 50
    assert before < times[0]
    assert times == sorted(set(times))
    assert times[-1] < time.monotonic_ns()
