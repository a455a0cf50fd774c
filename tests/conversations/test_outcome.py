"""What is said of an answer that is not simply complete, and which ways out are offered."""

import pytest

from chatapp.conversations.models import Message, Reply
from chatapp.conversations.outcome import outcome
from chatapp.conversations.retry import overrides_for

LOW, MEDIUM, HIGH = ({"reasoning": {"effort": effort}} for effort in ("low", "medium", "high"))


def said(state="complete", finish_reason="stop", text="", reasoning="", settings=None, error=None):
    reply = Reply(state=state, finish_reason=finish_reason, settings=settings or {}, error=error)
    told = outcome(reply, Message(text=text, reasoning=reasoning))
    return told.label, [way["way"] for way in told.ways], told.starved


@pytest.mark.parametrize("state", ["queued", "running"])
def test_of_an_answer_under_way_nothing_is_said(state):
    assert said(state=state) == ("", [], False)


def test_of_a_question_nothing_is_said():
    assert outcome(None, Message(text="Why?")).label == ""


def test_of_a_complete_answer_nothing_is_said():
    assert said(text="Four.") == ("", [], False)
    assert said(text="Four.", finish_reason="tool_calls") == ("", [], False)


@pytest.mark.parametrize(("text", "ways"), [("Fo", ["continue", "retry"]), ("", ["retry"]), (" \n", ["retry"])])
def test_a_stopped_answer_can_go_on_if_there_is_something_to_go_on_from(text, ways):
    label, offered, starved = said("stopped", "", text)
    assert label.startswith("You stopped")
    assert (offered, starved) == (ways, False)


@pytest.mark.parametrize("state", ["interrupted", "failed"])
@pytest.mark.parametrize(("text", "ways"), [("Fo", ["continue", "retry"]), ("", ["retry"])])
def test_a_failure_is_told_in_its_own_sentence(state, text, ways):
    error = {"code": "busy", "sentence": "The model has no room just now. Try again."}
    assert said(state, "", text, error=error) == (error["sentence"], ways, False)


def test_a_failure_without_a_sentence_still_says_something():
    assert said("interrupted", "", "Fo")[0] == "This answer was cut off."


def test_an_answer_cut_at_its_length_can_be_continued_or_given_more():
    label, ways, starved = said(text="Fo" * 50, finish_reason="length", settings={"max_tokens": 300})
    assert "Cut off at 300 tokens" in label
    assert (ways, starved) == (["continue", "more_tokens", "retry"], False)


def test_no_more_tokens_are_offered_at_the_most_there_are():
    assert "more_tokens" not in said(text="Fo", finish_reason="length", settings={"max_tokens": 131072})[1]


@pytest.mark.parametrize(
    ("used", "ways"),
    [
        (HIGH, ["lower_effort", "more_tokens", "answer_now"]),
        (MEDIUM, ["lower_effort", "more_tokens", "answer_now"]),
        (LOW, ["more_tokens", "answer_now"]),
        ({}, ["lower_effort", "more_tokens", "answer_now"]),
    ],
)
def test_reasoning_that_ate_the_budget_is_said_with_the_ways_out(used, ways):
    label, offered, starved = said(
        finish_reason="length", reasoning="Hm. " * 50, settings={**used, "max_tokens": 1200}
    )
    assert label.startswith("Reasoning used all 1,200 tokens")
    assert (offered, starved) == (ways, True)


def test_reasoning_that_ate_most_of_the_budget_is_said_with_its_share():
    label, ways, starved = said(
        text="x" * 100, reasoning="y" * 900, finish_reason="length", settings={"max_tokens": 400}
    )
    assert "about 90 %" in label
    assert ways == ["continue", "lower_effort", "more_tokens", "answer_now"]
    assert starved


def test_the_content_filter_is_named_and_not_continued():
    label, ways, _ = said(text="Fo", finish_reason="content_filter")
    assert "content filter" in label
    assert ways == ["retry"]


def test_thought_without_an_answer_is_told_from_silence():
    label, ways, _ = said(reasoning="Hm.")
    assert "without an answer" in label
    assert ways == ["answer_now", "lower_effort", "retry"]
    label, ways, _ = said()
    assert "without a word" in label
    assert ways == ["retry"]


def test_every_way_offered_is_one_that_can_be_taken():
    known = set(Reply.Way.values)
    for state in ("complete", "stopped", "interrupted", "failed"):
        for finish_reason in ("", "stop", "length", "content_filter"):
            for text in ("", "Fo"):
                for reasoning in ("", "Hm."):
                    label, ways, _ = said(state, finish_reason, text, reasoning, {"max_tokens": 100})
                    assert set(ways) <= known
                    assert len(ways) == len(set(ways))
                    simply_complete = state == "complete" and text and finish_reason in ("", "stop")
                    assert bool(label) != bool(simply_complete)
                    assert bool(ways) == bool(label)


@pytest.mark.parametrize("kept", [{"max_tokens": "500"}, {"reasoning": {"effort": " "}}, {"reasoning": " "}])
@pytest.mark.parametrize("text", ["", "Fo"])
def test_a_row_with_settings_that_are_none_still_says_something(kept, text):
    label, ways, _ = said(text=text, finish_reason="length", settings=kept, reasoning="Hm.")
    assert label
    assert ways
    reply = Reply(settings=kept)
    assert overrides_for("lower_effort", reply) == {"reasoning.effort": "low"}
    assert overrides_for("more_tokens", reply)["max_tokens"] > 0
