"""Structured logs: one JSON object per line, without prompts, answers or secrets.

What keeps people's words out: the access log has method, masked path, status and times, never a query
string or a body; an exception is logged as its type and the places it passed, its message only for
families that speak of the system and not of what somebody typed.
"""

import contextvars
import json
import logging
import re
import sys
import time
import traceback
from typing import Any

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

# Path parts that are secrets: whoever holds the path holds the right (accounts.urls, chat.open_urls).
_SECRET = re.compile(r"(/(?:setup|join|new-password|password/reset/key|s)/)[^/\s?#\"']+")
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")
# ImproperlyConfigured and friends speak of settings; OSError and the database's operational errors of the
# machine. Any other exception may quote what a person typed.
_SPEAKING = ("OSError", "OperationalError", "ImproperlyConfigured", "InterfaceError", "WorkersAIError")


def mask(path: str) -> str:
    """The path as it may be logged: tokens replaced by `…`, the query string dropped."""
    return _SECRET.sub(r"\1…", path.split("?", 1)[0])


def _mask_text(text: str) -> str:
    return _SECRET.sub(r"\1…", _QUERY.sub(r"\1", text))


class JsonFormatter(logging.Formatter):
    """time (UTC), level, logger, message, then the fields of `extra={"fields": {…}}`."""

    def format(self, record: logging.LogRecord) -> str:
        entry = self.entry(record)
        return json.dumps(entry, ensure_ascii=False, default=str)

    def entry(self, record: logging.LogRecord) -> dict[str, Any]:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _mask_text(record.getMessage()),
        }
        if identity := request_id.get():
            entry["request_id"] = identity
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = describe(record.exc_info[1])
        return entry


class PlainFormatter(JsonFormatter):
    """The same, for a person at a terminal: one short line, the places of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        entry = self.entry(record)
        known = ("time", "level", "logger", "message", "exception", "request_id")
        fields = " ".join(str(value) for name, value in entry.items() if name not in known)
        line = f"{entry['time'][11:19]} {entry['level']:7} {entry['message']} {fields}".rstrip()
        if exception := entry.get("exception"):
            line += f"\n    {exception['type']}: {exception.get('message', '(message withheld)')}"
            line += "".join(f"\n      {place}" for place in exception["places"])
        return line


def describe(error: BaseException | None) -> dict[str, Any]:
    """An exception without the words of people: type, cause, and the places it passed."""
    if error is None:
        return {"type": "unknown", "places": []}
    described: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "places": [
            f"{frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if "/asgiref/" not in frame.filename
        ][-12:],
    }
    if any(family.__name__ in _SPEAKING for family in type(error).__mro__):
        described["message"] = _mask_text(str(error))[:300]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        described["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return described


def make_formatter(style: str) -> logging.Formatter:
    """For settings.LOGGING. `style`: "json", "plain", or "auto" = plain on a terminal, JSON elsewhere."""
    if style == "auto":
        style = "plain" if sys.stderr.isatty() else "json"
    return {"json": JsonFormatter, "plain": PlainFormatter}[style]()
