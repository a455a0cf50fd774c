"""The window: as the settings say, or less once the endpoint has named a smaller one."""

import pytest

from chatapp.conversations import window
from chatapp.workersai.errors import ContextOverflow


@pytest.fixture(autouse=True)
def nothing_learned(settings):
    settings.MODEL_CONTEXT = 131_000
    window._learned = None
    yield
    window._learned = None


def test_the_settings_count_until_the_endpoint_has_spoken():
    assert window.size() == 131_000


@pytest.mark.parametrize(
    ("refusal", "size"),
    [
        (
            "The estimated number of input and maximum output tokens (155740) exceeded this model context window "
            "limit (128000).",
            128_000,
        ),
        ("This model's maximum context length is 8192 tokens. However, you requested 16000 output tokens", 8_192),
        ("Requested token count exceeds the model's maximum context length of 65536 tokens.", 65_536),
    ],
)
def test_the_number_named_in_the_refusal_counts_from_then_on(refusal, size):
    assert window.learn(ContextOverflow(detail=refusal))
    assert window.size() == size


@pytest.mark.parametrize("refusal", ["Input too long", "context window limit (200000)"])
def test_without_a_smaller_number_one_conversation_changes_nothing_for_the_others(refusal):
    assert not window.learn(ContextOverflow(detail=refusal))
    assert window.size() == 131_000


def test_it_never_grows_and_never_vanishes():
    window.learn(ContextOverflow(detail="context length 10000"))
    window.learn(ContextOverflow(detail="context length 50000"))
    assert window.size() == 10_000
    window.learn(ContextOverflow(detail="context length 1000"))
    assert window.size() == window.SMALLEST
