"""Our own JSON (docs/export.md) → a Chat. Nothing in the file is believed before it has been looked at."""

import datetime
import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.workersai.parameters import BY_NAME
from chatapp.workersai.validation import InvalidParameters
from chatapp.workersai.validation import clean as clean_parameters

from .chat import EARLIEST, LONGEST_TEXT, MOST_MESSAGES, Chat, Said, Shelf, Unfit, clean, in_time
from .report import Report

LONGEST_PROMPT = 100_000
MOST_TAGS = 100
MOST_RUNS = 100  # of one answer
BIGGEST = 2**31 - 1
ENDED = [s.value for s in Reply.State if s not in (Reply.State.QUEUED, Reply.State.RUNNING)]
REPLY_TEXTS = {"system_prompt": LONGEST_PROMPT, "path": 300, "model": 200, "request_id": 200, "finish_reason": 40}
REPLY_NUMBERS = ("prompt_tokens", "completion_tokens", "cached_tokens")
REPLY_TIMES = ("started_at", "first_token_at", "first_text_at", "ended_at")

Doc = Mapping[str, Any]


def shelves(header: Doc) -> dict[str, Shelf]:
    """The folders of a file by their key; those that cannot be read are left out."""
    found: dict[str, Shelf] = {}
    listed = header.get("folders")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        try:
            name = " ".join(_text(one, "name", 80).split())
            if name:
                settings, _ = _settings(one.get("settings", {}))
                found[str(_key(one, "key"))] = Shelf(_key(one, "key"), name, settings, _time(one, "created"))
        except Unfit:
            continue
    return found


def read(doc: Doc, folders: Mapping[str, Shelf], where: str, report: Report) -> Chat:
    """Raises Unfit with the sentence that says what is wrong."""
    key = _key(doc, "key")
    origin = _text(doc, "origin", 200)
    messages, places = _messages(doc, where, report)
    _one_each(messages, doc)
    leaf = doc.get("leaf")
    if not isinstance(leaf, str) or leaf not in places:
        raise Unfit("“leaf” names no message of it.")
    settings, known = _settings(doc.get("settings", {}))
    if not known:
        report.skip("settings", where)
    folder = doc.get("folder")
    return Chat(
        key=key,
        origin=origin,
        identity=origin or f"chatapp:{key}",
        title=_text(doc, "title", 200),
        title_by=_choice(doc, "title_by", Conversation.TitleBy.values),
        created=_time(doc, "created"),
        updated=_time(doc, "updated"),
        messages=messages,
        leaf=places[leaf],
        settings=settings,
        folder=folders.get(folder) if isinstance(folder, str) else None,
        tags=_tags(doc.get("tags", [])),
        answered_at=_time_or_none(doc, "answered_at"),
        read_at=_time_or_none(doc, "read_at"),
        pinned_at=_time_or_none(doc, "pinned_at"),
        archived_at=_time_or_none(doc, "archived_at"),
        summaries=_summaries(doc, places),
    )


def _messages(doc: Doc, where: str, report: Report) -> tuple[list[Said], dict[str, int]]:
    listed = doc.get("messages")
    if not isinstance(listed, list) or not all(isinstance(m, dict) for m in listed):
        raise Unfit("“messages” is not a list of messages.")
    if len(listed) > MOST_MESSAGES:
        raise Unfit(f"It has more than {MOST_MESSAGES:,} messages.")
    messages: list[Said] = []
    places: dict[str, int] = {}
    for number, one in enumerate(listed, 1):
        try:
            said = _message(one, places, f"{where}, message {number}", report)
        except Unfit as why:
            raise Unfit(f"Message {number}: {why}") from None
        if str(said.key) in places:
            raise Unfit(f"Message {number} has the key of an earlier one.")
        places[str(said.key)] = len(messages)
        messages.append(said)
    return messages, places


def _one_each(messages: list[Said], doc: Doc) -> None:
    """No key twice: neither of messages, which were looked at already, nor of runs and summaries."""
    runs = [run["key"] for said in messages for run in said.replies]
    listed = doc.get("summaries", [])
    told = [one.get("key") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    keys = [str(doc.get("key")), *(str(m.key) for m in messages), *map(str, runs), *map(str, told)]
    if len(set(keys)) < len(keys):
        raise Unfit("A key stands twice in it.")


def _message(doc: Doc, places: Mapping[str, int], where: str, report: Report) -> Said:
    parent = doc.get("parent")
    if parent is not None and (not isinstance(parent, str) or parent not in places):
        raise Unfit("“parent” names no earlier message.")
    role = _choice(doc, "role", Message.Role.values)
    runs = doc.get("replies", [])
    if not isinstance(runs, list) or len(runs) > MOST_RUNS or not all(isinstance(r, dict) for r in runs):
        raise Unfit("“replies” is not a list of runs.")
    if runs and role != Message.Role.ASSISTANT:
        raise Unfit("A question has no runs.")
    return Said(
        key=_key(doc, "key"),
        parent=None if parent is None else places[parent],
        role=role,
        text=_text(doc, "text", LONGEST_TEXT),
        reasoning=_text(doc, "reasoning", LONGEST_TEXT),
        weight=_choice(doc, "weight", Message.Weight.values),
        name=_text(doc, "name", 80),
        copy_of=_key(doc, "copy_of") if doc.get("copy_of") is not None else None,
        created=_time(doc, "created"),
        replies=[_reply(run, where, report) for run in runs],
    )


def _reply(doc: Doc, where: str, report: Report) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": _key(doc, "key"),
        "way": _choice(doc, "way", Reply.Way.values),
        "state": _choice(doc, "state", ENDED),
        "created": _time(doc, "created"),
        "error": _error(doc.get("error")),
        "prompt_named": _prompt(doc.get("prompt_named")),
        "sent_hash": _text(doc, "sent_hash", 64),
        "attempts": _number(doc, "attempts", 32_767) or 0,
        "neurons": _amount(doc, "neurons"),
        "cost": _amount(doc, "cost"),
    }
    told |= {name: _text(doc, name, most) for name, most in REPLY_TEXTS.items()}
    told |= {name: _number(doc, name, BIGGEST) for name in REPLY_NUMBERS}
    told |= {name: _time_or_none(doc, name) for name in REPLY_TIMES}
    try:
        told |= _receipt(doc)
    except (Unfit, InvalidParameters):
        report.skip("receipt", where)
        told |= {"settings": {}, "overrides": {}, "origins": {}, "sent": None, "left_out": []}
    return told


def _receipt(doc: Doc) -> dict[str, Any]:
    """What was sent, in the shape that conversations.receipt keeps it. Raises Unfit, InvalidParameters."""
    settings, overrides, origins = (doc.get(name, {}) for name in ("settings", "overrides", "origins"))
    left_out, sent = doc.get("left_out", []), doc.get("sent")
    if not (isinstance(settings, dict) and isinstance(overrides, dict) and _words(origins)):
        raise Unfit("The settings are not settings.")
    if not isinstance(left_out, list) or not all(_is_key(key) for key in left_out):
        raise Unfit("“left_out” is not a list of keys.")
    if sent is not None and not (
        isinstance(sent, dict)
        and isinstance(sent.get("messages"), list)
        and all(_is_sent(message) for message in sent["messages"])
        and isinstance(sent.get("parameters"), dict)
        and isinstance(sent.get("estimate", 0), int | float)
    ):
        raise Unfit("“sent” is not a request.")
    return {
        "settings": _cleaned(settings),
        "overrides": _flat(_cleaned(overrides)),
        "origins": _washed(origins),
        "sent": _washed(sent),
        "left_out": left_out,
    }


def _is_sent(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return False
    if "ref" in message:
        chars = message.get("chars")
        return _is_key(message["ref"]) and isinstance(chars, int) and 0 <= chars <= BIGGEST
    return message.get("content") is None or isinstance(message["content"], str)


def _error(error: Any) -> dict[str, str] | None:
    if error is None:
        return None
    if not _words(error) or "sentence" not in error:
        raise Unfit("“error” is not one.")
    return {clean(name): clean(value)[:2000] for name, value in error.items()}


def _prompt(named: Any) -> dict[str, Any] | None:
    """What the receipt calls the version of a prompt: a name only, no version here is said to be that one."""
    if named is None:
        return None
    if not isinstance(named, dict):
        raise Unfit("“prompt_named” is not one.")
    words = {key: clean(_text(named, key, 200)) for key in ("key", "slug", "name", "hash")}
    return {**words, "number": _number(named, "number", BIGGEST)}


def _settings(values: Any) -> tuple[dict[str, Any], bool]:
    """A conversation's settings, and whether they are ones that we know; if not, there are none."""
    if not isinstance(values, dict):
        return {}, False
    try:
        return _flat(_cleaned(values)), True
    except (Unfit, InvalidParameters):
        return {}, False


def _cleaned(values: Doc) -> dict[str, Any]:
    """Settings as they are sent, whatever way the file spells them. Raises Unfit, InvalidParameters."""
    prompt = _text(values, "system_prompt", LONGEST_PROMPT)
    cleaned = clean_parameters({name: value for name, value in values.items() if name != "system_prompt"})
    return _washed(cleaned | ({"system_prompt": prompt} if prompt else {}))


def _flat(cleaned: Doc) -> dict[str, Any]:
    """As chats, folders and overrides keep them: each part under a name of its own."""
    flat: dict[str, Any] = {}
    for name, value in cleaned.items():
        has_parts = name in BY_NAME and BY_NAME[name].parts
        flat |= {f"{name}.{part}": inner for part, inner in value.items()} if has_parts else {name: value}
    return flat


def _summaries(doc: Doc, places: Mapping[str, int]) -> list[dict[str, Any]]:
    listed = doc.get("summaries", [])
    if not isinstance(listed, list) or len(listed) > MOST_MESSAGES:
        raise Unfit("“summaries” is not a list of summaries.")
    found = []
    for one in listed:
        upto = one.get("upto") if isinstance(one, dict) else None
        if not isinstance(upto, str) or upto not in places or not isinstance(one.get("by_model"), bool):
            raise Unfit("A summary stands for no message of it.")
        found.append(
            {
                "key": _key(one, "key"),
                "upto": places[upto],
                "text": _text(one, "text", LONGEST_TEXT),
                "by_model": one["by_model"],
                "created": _time(one, "created"),
            }
        )
    return found


def _tags(listed: Any) -> list[str]:
    if not isinstance(listed, list) or len(listed) > MOST_TAGS or not all(isinstance(t, str) for t in listed):
        raise Unfit("“tags” is not a list of names.")
    names = {" ".join(clean(t).split())[:40] for t in listed}
    return sorted(name for name in names if name)


# ── single values ────────────────────────────────────────────────────────────────────────────


def _text(doc: Doc, name: str, most: int) -> str:
    value = doc.get(name, "")
    if not isinstance(value, str):
        raise Unfit(f"“{name}” is not a text.")
    if len(value) > most:
        raise Unfit(f"“{name}” is longer than {most:,} characters.")
    return clean(value)


def _choice(doc: Doc, name: str, choices: list[str]) -> str:
    value = doc.get(name)
    if not isinstance(value, str) or value not in choices:
        raise Unfit(f"“{name}” must be one of {', '.join(choices)}.")
    return value


def _key(doc: Doc, name: str) -> UUID:
    value = doc.get(name)
    if not _is_key(value):
        raise Unfit(f"“{name}” is not a key.")
    return UUID(value)


def _is_key(value: Any) -> bool:
    """A key as we write it: other spellings of the same would not be found among the others."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _time(doc: Doc, name: str) -> datetime.datetime:
    value = doc.get(name)
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unfit(f"“{name}” is not a time such as 2026-04-03T12:00:00Z.")
    try:
        moment = moment.astimezone(datetime.UTC)
    except OverflowError:
        raise Unfit(f"“{name}” is out of the calendar.") from None
    if moment < EARLIEST:
        raise Unfit(f"“{name}” is out of the calendar.")
    # A clock was wrong: that is no reason to lose a conversation, nor to list it first for years.
    return moment if in_time(moment) else timezone.now()


def _time_or_none(doc: Doc, name: str) -> datetime.datetime | None:
    return None if doc.get(name) is None else _time(doc, name)


def _number(doc: Doc, name: str, most: int) -> int | None:
    value = doc.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Unfit(f"“{name}” is not a number of things.")
    return value


def _amount(doc: Doc, name: str) -> float | None:
    value = doc.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Unfit(f"“{name}” is not an amount.")
    return float(value)


def _words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values())


def _washed(value: Any) -> Any:
    """The same with clean texts, in names too; PostgreSQL takes no NUL in JSON either."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_washed(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): _washed(one) for name, one in value.items()}
    return value
