"""Estimates before the model has counted."""

from chatapp.workersai.tokens import estimate_tokens


def test_ascii_counts_a_quarter_and_the_rest_three_quarters():
    assert estimate_tokens("") == 0
    assert estimate_tokens("abcd" * 100) == 100
    assert estimate_tokens("世" * 100) == 75


def test_messages_cost_more_than_their_text():
    messages = [{"role": "user", "content": "abcd" * 100}, {"role": "assistant", "content": None}]
    assert 100 < estimate_tokens(messages) < 120


def test_parts_and_tool_calls_count():
    plain = estimate_tokens([{"role": "assistant", "content": ""}])
    assert estimate_tokens([{"role": "user", "content": [{"type": "text", "text": "abcd" * 10}]}]) >= plain + 10
    assert estimate_tokens([{"role": "assistant", "content": "", "tool_calls": [{"name": "add"}]}]) > plain
