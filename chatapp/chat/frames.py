"""The frames that go out to a tab. The only place where their form is written; docs/frames.md explains it.

hello     {"t":"hello","heartbeat":seconds}
watching  {"t":"watching","c":conversation,"running":[{"r":reply,"m":message,"seq":n}]}
grew      {"t":"grew","c":…,"m":…,"r":…,"e":[[seq,kind,data],…]}   the stored events, as they are stored
turns     {"t":"turns","c":…}    the branch changed: fetch it
row       {"t":"row","c":…}      the row in the sidebar changed, or is gone: fetch it
lists     {"t":"lists"}          folders, or many rows at once, changed: fetch the sidebar
draft     {"t":"draft","c":…,"text":…}
visits    {"t":"visits","c":…}   a reviewer opened the conversation: fetch who, when and why
held      {"t":"held","why":"disk"|"away"|null}   nothing can be stored just now; null: it can again
pong      {"t":"pong"}
"""

from typing import Any
from uuid import UUID

import orjson

HEARTBEAT_SECONDS = 25

Key = UUID | str


def hello() -> str:
    return _frame(t="hello", heartbeat=HEARTBEAT_SECONDS)


def pong() -> str:
    return '{"t":"pong"}'


def watching(conversation: UUID, running: list[dict[str, Any]]) -> str:
    return _frame(t="watching", c=str(conversation), running=running)


def grew(conversation: Key, message: Key, reply: Key, events: list[tuple[int, str, str]]) -> str:
    """`events` carry their data as JSON text, which goes out unchanged."""
    entries = ",".join([f'[{seq},"{kind}",{data}]' for seq, kind, data in events])
    return f'{{"t":"grew","c":"{conversation}","m":"{message}","r":"{reply}","e":[{entries}]}}'


def turns(conversation: Key) -> str:
    return f'{{"t":"turns","c":"{conversation}"}}'


def row(conversation: Key) -> str:
    return f'{{"t":"row","c":"{conversation}"}}'


def lists() -> str:
    return '{"t":"lists"}'


def visits(conversation: Key) -> str:
    return f'{{"t":"visits","c":"{conversation}"}}'


def draft(conversation: UUID, text: str) -> str:
    return _frame(t="draft", c=str(conversation), text=text)


def held(why: str | None) -> str:
    return _frame(t="held", why=why)


def _frame(**fields: Any) -> str:
    return orjson.dumps(fields).decode()
