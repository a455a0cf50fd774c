"""Status and body → the right error, with a sentence that says what to do."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from chatapp.workersai import errors
from chatapp.workersai.refusals import refusal, retry_after


def cloudflare(code, message):
    return {"result": None, "success": False, "errors": [{"code": code, "message": message}], "messages": []}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 10000, errors.Authentication),
        (400, 7003, errors.NoSuchModel),
        (404, 7003, errors.NoSuchModel),
        (503, 7009, errors.Unavailable),
        (400, 5007, errors.NoSuchModel),
        (404, 3042, errors.NoSuchModel),
        (400, 5004, errors.BadRequest),
        (400, 3003, errors.BadRequest),
        (405, 5005, errors.BadRequest),
        (403, 5016, errors.Authentication),
        (403, 3041, errors.Authentication),
        (413, 3006, errors.BadRequest),
        (408, 3007, errors.Timeout),
        (408, 3008, errors.Timeout),
        (429, 3036, errors.DailyQuota),
        (429, 4006, errors.DailyQuota),
        (429, 3040, errors.Busy),
        (429, 3021, errors.RateLimited),
        (500, 3046, errors.Timeout),
        (400, 2014, errors.Timeout),
        (400, 5006, errors.BadRequest),
        (400, 8001, errors.BadRequest),
        (413, 5021, errors.ContextOverflow),
        (413, 3010, errors.ContextOverflow),
        (403, 5035, errors.Authentication),
        (402, 2021, errors.Authentication),
    ],
)
def test_cloudflares_codes(status, code, kind):
    error = refusal(status, cloudflare(code, "AiError: whatever"))
    assert type(error) is kind
    assert error.api_code == code


@pytest.mark.parametrize(
    "text",
    [
        "5021: The estimated number of input and maximum output tokens (155740) exceeded this model context "
        "window limit (128000).",
        "AiError: This model's maximum context length is 131072 tokens. However, you requested 16000",
        "Requested token count exceeds the model's maximum context length of 131072 tokens.",
    ],
)
@pytest.mark.parametrize("code", [5021, 5006, None])
def test_a_window_too_small_is_told_in_three_texts(text, code):
    assert type(refusal(400, cloudflare(code, text))) is errors.ContextOverflow


@pytest.mark.parametrize(
    ("message", "field", "words"),
    [
        (
            "oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', '/top_k' must be <= 50",
            "top_k",
            "at most 50",
        ),
        ("oneOf at '/' not met, 0 matches: '/temperature' must be >= 0", "temperature", "at least 0"),
        ("Type mismatch of '/messages/0/content', 'array' not in 'string'", "messages", "Messages"),
        ("enum extreme not in low,medium,high at '/reasoning/effort'", "reasoning", "Reasoning"),
        ("Length of '/prompt' must be >= 1 not met", "prompt", "Prompt"),
        ("required properties at '/' are 'prompt'", None, "refused the request"),
    ],
)
def test_a_bad_request_names_the_field(message, field, words):
    error = refusal(
        400, cloudflare(5006, f"AiError: Bad input: Error: {message} (0b0e3a3c-1111-2222-3333-444455556666)")
    )
    assert error.field == field
    assert words in error.sentence
    assert "0b0e3a3c" not in error.detail


def test_openais_param_names_the_field():
    body = {"error": {"message": "too hot", "type": "invalid_request_error", "param": "temperature", "code": 400}}
    assert refusal(400, body).field == "temperature"


def test_an_error_page_is_told_without_its_tags():
    error = refusal(503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>")
    assert "<" not in error.detail


def test_every_error_says_what_to_do_and_keeps_its_code():
    kinds = errors.WorkersAIError.__subclasses__()
    assert {kind.code for kind in kinds} == {
        "authentication", "bad_request", "no_such_model", "context_overflow", "rate_limited", "busy",
        "daily_quota", "timeout", "interrupted", "unavailable", "protocol",
    }  # fmt: skip
    for kind in kinds:
        assert kind().sentence.endswith(".")
        assert kind.__name__ in errors.__doc__
    assert {kind.code for kind in kinds if kind.retryable} == {"rate_limited", "busy", "timeout", "unavailable"}


def test_retry_after_in_seconds():
    assert retry_after({"retry-after": " 7 "}) == 7
    assert retry_after({"retry-after": "0.5"}) == 0.5


def test_retry_after_as_a_date():
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 27 < retry_after({"retry-after": date}) <= 30
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert retry_after({"retry-after": past}) == 0


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "٣", "99999999999999999999"])
def test_a_retry_after_that_makes_no_sense_is_none(value):
    assert retry_after({"retry-after": value}) is None
