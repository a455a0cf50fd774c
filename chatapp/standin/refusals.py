"""What Workers AI answers when it does not answer: status, code and text as seen in public material."""

from __future__ import annotations

import uuid

import orjson

QUOTA_TEXT = (
    "AiError: you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's "
    "Workers Paid plan if you would like to continue usage."
)
CONTEXT_WINDOW = 128_000
"""Tokens of input and max_tokens together that the catalogue's model accepts."""


class Refusal(Exception):
    """An answer that is not a reply: ``status``, ``body`` (bytes), ``content_type``."""

    def __init__(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        super().__init__(f"{status} {body[:200]!r}")
        self.status = status
        self.body = body
        self.content_type = content_type


def envelope(status: int, code: int, message: str, *, result: object = None) -> Refusal:
    """The usual envelope: ``{"result":…,"success":false,"errors":[{code,message}],"messages":[]}``."""
    errors = [{"code": code, "message": message}]
    body = {"result": result, "success": False, "errors": errors, "messages": []}
    return Refusal(status, orjson.dumps(body))


def authentication() -> Refusal:
    return envelope(401, 10000, "Authentication error")


def no_route(path: str) -> Refusal:
    return envelope(404, 7003, f"Could not route to {path}, perhaps your object identifier is invalid?")


def no_such_model(model: str) -> Refusal:
    return envelope(400, 5007, f"No such model {model} or task")


def bad_input(complaints: list[str], matches: int = 0) -> Refusal:
    """5006 in the words of Cloudflare's schema validator, which lists every branch's complaint."""
    text = f"oneOf at '/' not met, {matches} matches: {', '.join(complaints)}"
    return envelope(400, 5006, f"AiError: Bad input: Error: {text} ({uuid.uuid4()})", result={})


def bad_input_as_object() -> Refusal:
    """The same with ``errors`` as an object instead of an array, which was seen too."""
    message = f"AiError: Bad input: Error: oneOf at '/' not met, 0 matches:  ({uuid.uuid4()})"
    body = {"errors": {"message": message, "code": 5006}, "success": False, "result": {}, "messages": []}
    return Refusal(400, orjson.dumps(body))


def gateway_not_configured() -> Refusal:
    """The odd envelope of the gateway: key ``error``, an array."""
    error = {"code": 2001, "message": "Please configure AI Gateway in the Cloudflare dashboard"}
    return Refusal(400, orjson.dumps({"success": False, "result": [], "messages": [], "error": [error]}))


def invalid_input(detail: str) -> Refusal:
    return envelope(400, 8001, f"AiError: Invalid input: {detail} ({uuid.uuid4()})", result={})


def tool_call_cut() -> Refusal:
    return envelope(400, 8006, "AiError: The forced tool call did not fit into max_tokens", result={})


def json_schema_with_stream() -> Refusal:
    return envelope(400, 5023, "JSON Schema mode is not supported with stream mode", result={})


def json_mode_not_met() -> Refusal:
    return envelope(400, 5024, "JSON Mode couldn't be met", result={})


def lora_unsupported(model: str) -> Refusal:
    return envelope(405, 5005, f"The model {model} does not support LoRa inference", result={})


def context_overflow(asked: int, window: int = CONTEXT_WINDOW) -> Refusal:
    message = (
        f"AiError: The estimated number of input and maximum output tokens ({asked}) exceeded this model "
        f"context window limit ({window}). ({uuid.uuid4()})"
    )
    return envelope(413, 5021, message, result={})


def context_overflow_upstream() -> Refusal:
    """The same said by the inference engine behind: status 400, other words."""
    message = (
        "AiError: This model's maximum context length is 131072 tokens. However, you requested 16000 output "
        "tokens and your prompt contains at least 115073 input tokens, for a total of at least 131073 tokens."
    )
    return envelope(400, 5006, message, result={})


def too_large() -> Refusal:
    return envelope(413, 3006, "Request is too large")


def quota() -> Refusal:
    return envelope(429, 4006, QUOTA_TEXT)


def quota_as_documented() -> Refusal:
    return envelope(429, 3036, "You have used up your daily free allocation of 10,000 neurons")


def rate_limited() -> Refusal:
    return envelope(429, 3021, "rate limiting: inference request per min rate reached")


def busy() -> Refusal:
    return envelope(429, 3040, "Capacity temporarily exceeded, please try again.")


def timed_out() -> Refusal:
    return envelope(408, 3007, f"AiError: Request timeout ({uuid.uuid4()})")


def timed_out_upstream() -> Refusal:
    """3046; its status is not documented anywhere, 408 is our choice."""
    return envelope(408, 3046, f"AiError: AiError: Request timeout ({uuid.uuid4()})")


def forbidden() -> Refusal:
    return envelope(403, 5018, "This account is not allowed to access this model")


def unavailable() -> Refusal:
    html = (
        b"<!DOCTYPE html>\n<html><head><title>503 Service Temporarily Unavailable</title></head>\n"
        b"<body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>cloudflare</center>"
        b"</body></html>\n"
    )
    return Refusal(503, html, "text/html")


def empty_error() -> Refusal:
    return Refusal(502, b"", "text/plain")


def misdirected(sentence: str) -> Refusal:
    """A directive the stand-in does not know: our own 400, in words for whoever wrote it."""
    return envelope(400, 4000, f"Stand-in: {sentence}")
