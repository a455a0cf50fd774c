"""What the upstream said when it refused → one of the family of errors.

Codes and texts: https://developers.cloudflare.com/workers-ai/platform/errors/ and what was seen beside it. The
code decides first, then the text, then the HTTP status: one status, 429, has three meanings.
"""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from chatapp.workersai import errors
from chatapp.workersai.errors import WorkersAIError
from chatapp.workersai.parameters import BY_NAME

from .words import translatable

_BY_CODE: dict[int, type[WorkersAIError]] = {
    10000: errors.Authentication,
    10001: errors.Authentication,
    5016: errors.Authentication,
    5018: errors.Authentication,
    5035: errors.Authentication,
    3023: errors.Authentication,
    3041: errors.Authentication,
    2021: errors.Authentication,
    5007: errors.NoSuchModel,
    3042: errors.NoSuchModel,
    7000: errors.NoSuchModel,
    7003: errors.NoSuchModel,
    5021: errors.ContextOverflow,
    3010: errors.ContextOverflow,
    3036: errors.DailyQuota,
    4006: errors.DailyQuota,
    3021: errors.RateLimited,
    3040: errors.Busy,
    3007: errors.Timeout,
    3008: errors.Timeout,
    3046: errors.Timeout,
    2014: errors.Timeout,
    7009: errors.Unavailable,
    **dict.fromkeys(
        (2001, 2019, 3003, 3004, 3006, 3039, 5004, 5005, 5006, 5019, 5023, 5024, 8001, 8006), errors.BadRequest
    ),
}
_PLAN = {5035, 2021}
_LOCKED = {5016, 5018, 3023, 3041}

_TEXTS: tuple[tuple[re.Pattern[str], type[WorkersAIError]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"daily free allocation|daily .{0,20}neurons", errors.DailyQuota),
        (r"context (window|length)", errors.ContextOverflow),
        (r"no such model|model .{0,80}(not found|does not exist)|could not route to", errors.NoSuchModel),
        (r"capacity (temporarily )?exceeded", errors.Busy),
        (r"rate.?limit|too many requests", errors.RateLimited),
        (r"request timeout|timed out", errors.Timeout),
        (r"authentication error|invalid (api )?(key|token)|unauthori[sz]ed", errors.Authentication),
    )
)

_PREFIX = re.compile(r"^(?:AiError:\s*)+")
_SUFFIX = re.compile(r"\s*\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\s*$")
_JSON_STREAM_CODE = 5023


def refusal(status: int | None, body: Any, headers: Mapping[str, str] | None = None) -> WorkersAIError:
    """The error for an answer that is none.

    `status` is None for an error inside a stream; `body` is the decoded JSON, or the text that was no JSON.
    """
    code, text = _said(body)
    kind = _kind(status, code, text)
    where = f"HTTP {status}" if status is not None else "in the stream"
    detail = f"{where}, code {code}: {text or 'no message'}"[:2000]
    field = _field(text, body) if kind is errors.BadRequest else None
    return kind(
        detail,
        sentence=_sentence(kind, code, text, field),
        field=field,
        retry_after=retry_after(headers) if headers else None,
        api_code=code,
    )


def is_refusal(payload: Mapping[str, Any]) -> bool:
    """Whether a decoded body or stream payload is an error, though HTTP said 200."""
    return (
        bool(payload.get("error"))
        or bool(payload.get("errors"))
        or payload.get("success") is False
        or payload.get("object") == "error"
        or payload.get("type") == "error"
    )


def wants_no_stream(error: WorkersAIError) -> bool:
    """Whether the upstream refused only because a JSON schema was asked together with a stream."""
    return error.api_code == _JSON_STREAM_CODE


_WINDOW = re.compile(r"(?:window limit|context length)\D{0,20}?\b(\d{4,7})\b", re.IGNORECASE)


def stated_window(error: WorkersAIError) -> int | None:
    """The context window in tokens, where a refusal for its sake names it."""
    found = _WINDOW.search(error.detail) if isinstance(error, errors.ContextOverflow) else None
    return int(found[1]) if found else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from a Retry-After header, given as seconds or as a date; None if there is none to be understood."""
    value = (headers.get("retry-after") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value, re.ASCII):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _said(body: Any) -> tuple[int | str | None, str]:
    """Code and message out of every envelope that was seen."""
    if isinstance(body, str):
        return None, re.sub(r"<[^>]*>|\s+", " ", body).strip()[:300]
    if not isinstance(body, Mapping):
        return None, ""
    for key in ("errors", "error"):
        said = body.get(key)
        if isinstance(said, list):
            said = next((item for item in said if item), None)
        if isinstance(said, str):
            return _code(body.get("code")), _message(said)
        if isinstance(said, Mapping):
            return _code(said.get("code") or said.get("internalCode")), _message(
                said.get("message") or said.get("description") or said.get("type")
            )
    return _code(body.get("code") or body.get("internalCode")), _message(body.get("message"))


def _code(code: Any) -> int | str | None:
    if isinstance(code, str) and re.fullmatch(r"\d{1,6}", code, re.ASCII):
        return int(code)
    return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def _message(text: Any) -> str:
    return _SUFFIX.sub("", _PREFIX.sub("", str(text or "")))


def _kind(status: int | None, code: int | str | None, text: str) -> type[WorkersAIError]:
    kind = _BY_CODE.get(code) if isinstance(code, int) else None
    if kind is errors.BadRequest and code != _JSON_STREAM_CODE:
        # A whole window too small is told under several codes of "bad input".
        return errors.ContextOverflow if _TEXTS[1][0].search(text) else kind
    if kind:
        return kind
    by_status = _by_status(status)
    if by_status not in (errors.Authentication, errors.NoSuchModel):
        for pattern, kind in _TEXTS:
            if pattern.search(text):
                return kind
    if by_status is None and isinstance(code, int):
        # OpenAI-compatible servers put the HTTP status into the code of an error inside a stream.
        by_status = _by_status(code)
    return by_status or (errors.BadRequest if isinstance(code, str) else errors.Unavailable)


def _by_status(status: int | None) -> type[WorkersAIError] | None:
    if status is None or status < 300 or status > 599:
        return None
    if status < 400:
        return errors.Protocol
    if status in (401, 402, 403):
        return errors.Authentication
    if status in (404, 410):
        return errors.NoSuchModel
    if status == 408:
        return errors.Timeout
    if status in (409, 425):
        return errors.Busy
    if status == 429:
        return errors.RateLimited
    if status >= 500:
        return errors.Timeout if status in (504, 524) else errors.Unavailable
    return errors.BadRequest


_LIMIT = re.compile(r"'/(\w+)[^']*' must be (<=|>=|<|>) (-?[\d.]+)")
_FIELD_OF = (
    _LIMIT,
    re.compile(r"Type mismatch of '/(\w+)"),
    re.compile(r"enum .{0,80}? at '/(\w+)"),
    re.compile(r"Length of '/(\w+)"),
    re.compile(r"required properties at '/(\w+)"),
)


def _field(text: str, body: Any) -> str | None:
    """The parameter a refusal is about: the model's validator names it as a path, others as `param`."""
    for pattern in _FIELD_OF:
        for found in pattern.finditer(text):
            if found[1] in BY_NAME:
                return found[1]
    error = body.get("error") if isinstance(body, Mapping) else None
    param = error.get("param") if isinstance(error, Mapping) else None
    return param if isinstance(param, str) and param in BY_NAME else None


TOO_MUCH = translatable(
    "The model's service refused “%(setting)s”: it must be at most %(bound)s. "
    "Change it in this chat's settings and try again."
)
TOO_LITTLE = translatable(
    "The model's service refused “%(setting)s”: it must be at least %(bound)s. "
    "Change it in this chat's settings and try again."
)
REFUSED = translatable(
    "The model's service refused “%(setting)s”. Change it in this chat's settings and try again."
)
PAID_PLAN = translatable(
    "Cloudflare asks for a paid plan for this. An administrator has to change the account's plan."
)
LOCKED = translatable(
    "The account may not use this model. An administrator has to accept its terms or choose "
    "another model in the Cloudflare dashboard."
)
ELSEWHERE = translatable("The configured API address points elsewhere. An administrator has to correct it.")


def _sentence(kind: type[WorkersAIError], code: int | str | None, text: str, field: str | None) -> str:
    if kind is errors.BadRequest and field:
        label = BY_NAME[field].label
        limit = _LIMIT.search(text)
        if limit and limit[1] == field:
            form = TOO_MUCH if limit[2].startswith("<") else TOO_LITTLE
            return form % {"setting": label, "bound": limit[3]}
        return REFUSED % {"setting": label}
    if kind is errors.Authentication and code in _PLAN:
        return PAID_PLAN
    if kind is errors.Authentication and code in _LOCKED:
        return LOCKED
    if kind is errors.Protocol:
        return ELSEWHERE
    return ""
