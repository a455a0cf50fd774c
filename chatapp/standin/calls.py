"""Whether a tool is called, which, and with which arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from . import tokens
from .ask import Ask
from .directives import Directives, strip
from .instances import instance
from .pen import Pen

_WORD = re.compile(r"[^\W_]{3,}")
_COMMON_WORDS = "the and for with what which this that from are you can use tool get given one two"
_COMMON = frozenset(_COMMON_WORDS.split())
_ASKS_FOR_TOOL = re.compile(r"\b(tool|tools|function|functions)\b", re.I)


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call: ``arguments`` is JSON text, ``pieces`` the same in tokens."""

    id: str
    name: str
    arguments: str

    @property
    def pieces(self) -> list[str]:
        return tokens.split(self.arguments)


def _words(text: str) -> set[str]:
    """The beginnings of its words, so that "converted" meets "convert"."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).replace("_", " ")
    return {w.lower()[:6].rstrip("s") for w in _WORD.findall(spaced) if w.lower() not in _COMMON}


def _score(tool: dict[str, Any], asked: set[str]) -> int:
    """How many words the question shares with the tool: those of its name count thrice."""
    properties = (tool.get("parameters") or {}).get("properties") or {}
    about = _words(f"{tool.get('description') or ''} {' '.join(properties)}")
    return 3 * len(asked & _words(tool["name"])) + len(asked & about)


def _wanted(ask: Ask, question: str, done: list[str]) -> list[dict[str, Any]]:
    """The tools offered that fit the question and were not called yet in this turn, the fittest first."""
    asked = _words(question)
    fresh = [tool for tool in ask.tools if tool["name"] not in done]
    scored = sorted(((_score(tool, asked), -i) for i, tool in enumerate(fresh)), reverse=True)
    return [fresh[-i] for score, i in scored if score >= 2]


def _called(ask: Ask) -> list[str]:
    called = []
    for message in ask.turn:
        called += [c.get("function", c).get("name") or "" for c in message.get("tool_calls") or []]
    return called


def _pick(ask: Ask, directives: Directives) -> list[dict[str, Any]]:
    question, done = strip(ask.question), _called(ask)
    turns = sum(1 for m in ask.turn if m.get("tool_calls"))
    if not ask.tools or ask.tool_choice == "none" or directives.calls == 0:
        return []
    by_name = {tool["name"]: tool for tool in ask.tools}
    forced = directives.tool or (ask.tool_choice or "").removeprefix("=")
    if directives.chain is not None:
        if turns >= directives.chain:
            return []
        return [by_name.get(forced) or ask.tools[turns % len(ask.tools)]]
    if forced in by_name:
        return [] if turns else [by_name[forced]]
    fitting = _wanted(ask, question, done)
    if fitting:
        return fitting
    eager = ask.tool_choice == "required" or directives.calls or _ASKS_FOR_TOOL.search(question)
    return ask.tools if eager and not turns else []


def choose(ask: Ask, directives: Directives, pen: Pen) -> list[Call]:
    """The calls of this turn; none: the answer is text.

    A tool is called when it is forced, or when the question shares words with its name and description. After
    its result another fitting tool may follow, so that chains happen; each tool once per turn unless
    ``chain`` asks.
    """
    picked = _pick(ask, directives)
    if not picked:
        return []
    count = directives.calls or 1
    # Numbers of a result feed the next tool of a chain before those of the question.
    source = " ".join([m["content"] for m in reversed(ask.tool_results)] + [strip(ask.question)])
    made = []
    for index in range(count):
        tool = picked[index % len(picked)]
        if directives.args is not None:
            arguments = directives.args
        else:
            schema = tool.get("parameters") or {"type": "object", "properties": {}}
            arguments = orjson.dumps(instance(schema, source, pen)).decode()
        made.append(Call(f"chatcmpl-tool-{pen.rng.getrandbits(128):032x}", tool["name"], arguments))
    return made
