"""What the model's chat template leaks into its text, taken out again.

gpt-oss writes in channels: `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…`
(https://github.com/openai/harmony, docs/format.md). Servers normally part them; when one fails to, the tags, or
their bare words glued to the text (`analysisThe user…assistantfinalSure`), or a tool call
(` to=functions.add json{"a":1}`, `{"name":"add","arguments":{…}}`) arrive as text. Tags may be cut over chunks.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import orjson

from chatapp.workersai.jsontext import dumps
from chatapp.workersai.toolcalls import clean_name

Kind = Literal["text", "reasoning"]
Piece = tuple[Kind, str]

_NAMES = ("start", "end", "message", "channel", "constrain", "return", "call")
_TAG = re.compile(rf"<\|({'|'.join(_NAMES)})\|>")
_TAGS = tuple(f"<|{name}|>" for name in _NAMES)
# Role, channel, recipient and content type stand between <|start|> or <|channel|> and <|message|>. Anything else
# there means that the text is *about* the tags, and it is given back as it came.
_HEADER = re.compile(r"[A-Za-z0-9_=. -]{0,120}")
_RECIPIENT = re.compile(r"to=(?:functions\.)?([\w-]+)")

_FINAL, _COMMENTARY, _ANALYSIS = "assistantfinal", "assistantcommentary", "assistantanalysis"
_GLUED = (_FINAL, _COMMENTARY)
_OPENINGS = (_FINAL, _COMMENTARY, _ANALYSIS, "analysis")
_CALLS = ("to=functions.", "commentary to=functions.")
_LEAKED_CALL = re.compile(r"\s*(?:commentary)?\s*to=functions\.([\w-]+)\s*(?:<\|constrain\|>)?(?:json|code)?\s*")
MAX_HELD = 64 * 1024


class Untangler:
    """Text of one field → pieces of text and reasoning; tool calls found in it gather in `calls`.

    `kind` is what the field normally carries. `offered` are the names of the tools the model was given: a call of
    any other name stays text. While `plain` is true, a text without "<" may be passed by.
    """

    def __init__(self, kind: Kind, offered: frozenset[str] = frozenset()) -> None:
        self.calls: list[tuple[str, str]] = []
        self._home: Kind = kind
        self._kind: Kind = kind
        self._offered = offered
        self._opening: str | None = "" if kind == "text" else None  # the first characters, until they are judged
        self._word_due = True  # the opening may still be a channel's word glued to the text
        self._glued = False  # in reasoning that only a glued "assistantfinal" ends
        self._held = ""  # the beginning of what may become a tag
        self._header: str | None = None  # between <|channel|> and <|message|>
        self._header_raw = ""
        self._suspect: list[str] | None = None  # an answer that begins like a leaked call
        self._call: list[str] | None = None  # arguments of a call in a commentary channel
        self._call_name = ""
        self._update_plain()

    def feed(self, text: str) -> list[Piece]:
        pieces = list(self._feed(text))
        self._update_plain()
        return pieces

    def close(self) -> list[Piece]:
        """The answer ended: what was held back, as a call if it is one, else as text."""
        pieces: list[Piece] = []
        if self._opening is not None:
            opening, self._opening = self._opening, None
            pieces += self._tags(opening)
        if self._held:
            held, self._held = self._held, ""
            pieces += self._emit(held)
        if self._header is not None and not _is_header(self._header):
            pieces += self._give_header_back()
        self._end_call()
        if self._suspect is not None:
            text = "".join(self._suspect)
            self._suspect = None
            calls = leaked_calls(text, self._offered)
            if calls:
                self.calls += calls
            else:
                pieces.append((self._kind, text))
        self._update_plain()
        return pieces

    def _update_plain(self) -> None:
        self.plain = (
            self._kind == self._home
            and self._opening is None
            and not self._held
            and self._header is None
            and self._suspect is None
            and self._call is None
        )

    def _feed(self, text: str) -> Iterator[Piece]:
        if self._opening is None:
            yield from self._tags(text)
            return
        opening = self._opening + text
        if self._word_due:
            start = opening.lstrip()
            if any(word.startswith(start) for word in _OPENINGS):  # too little to tell; holds for "" too
                self._opening = opening
                return
            self._word_due = False
            opening = self._without_word(opening, start)
        if self._offered and not self._glued:
            start = " ".join(opening.split())
            if any(call.startswith(start) for call in _CALLS):
                self._opening = opening
                return
            if start.startswith(("{", "[", *_CALLS)):
                self._suspect = []
        self._opening = None
        yield from self._tags(opening)

    def _without_word(self, opening: str, start: str) -> str:
        if start.startswith(_FINAL):
            return start[len(_FINAL) :]
        if start.startswith(_COMMENTARY):
            return start[len(_COMMENTARY) :]
        if start.startswith(_ANALYSIS):
            self._begin_glued()
            return start[len(_ANALYSIS) :]
        if re.match(r"analysis[A-Z]", start):
            self._begin_glued()
            return start[len("analysis") :]
        return opening

    def _begin_glued(self) -> None:
        self._glued = True
        self._kind = "reasoning"

    def _tags(self, text: str) -> Iterator[Piece]:
        text = self._held + text
        self._held = ""
        at = 0
        while True:
            found = text.find("<", at)
            if found < 0:
                break
            tag = _TAG.match(text, found)
            if tag:
                yield from self._emit(text[at:found])
                yield from self._tag(tag[1], tag[0])
                at = tag.end()
            elif any(known.startswith(text[found:]) for known in _TAGS):
                yield from self._emit(text[at:found])
                self._held = text[found:]
                return
            else:
                yield from self._emit(text[at : found + 1])
                at = found + 1
        yield from self._emit(text[at:])

    def _tag(self, name: str, raw: str) -> Iterator[Piece]:
        if name in ("start", "channel"):
            self._end_call()
            self._header = "" if self._header is None or name == "start" else self._header + " "
            self._header_raw += raw
        elif name == "message":
            if self._header is not None:
                self._enter(self._header)
        elif name == "constrain":
            if self._header is not None:
                self._header += " "
                self._header_raw += raw
            elif self._suspect is not None:
                self._suspect.append(raw)
        else:
            if self._header is not None:
                yield from self._give_header_back()
            self._end_call()
            self._kind = self._home

    def _enter(self, header: str) -> None:
        """A channel begins."""
        self._header, self._header_raw = None, ""
        recipient = _RECIPIENT.search(header)
        if recipient and recipient[1] in self._offered:
            self._call, self._call_name = [], recipient[1]
        elif "analysis" in header:
            self._kind = "reasoning"
        elif "final" in header or "commentary" in header:
            self._kind = "text"

    def _emit(self, text: str) -> Iterator[Piece]:
        if not text:
            return
        if self._header is not None:
            self._header += text
            self._header_raw += text
            if not _is_header(self._header):
                yield from self._give_header_back()
        elif self._call is not None:
            self._call.append(text)
        elif self._suspect is not None:
            self._suspect.append(text)
            if sum(map(len, self._suspect)) > MAX_HELD:
                text, self._suspect = "".join(self._suspect), None
                yield self._kind, text
        elif self._glued:
            yield from self._until_glued(text)
        else:
            yield self._kind, text

    def _until_glued(self, text: str) -> Iterator[Piece]:
        for word in _GLUED:
            before, found, after = text.partition(word)
            if found:
                self._glued = False
                self._kind = "text"
                if before:
                    yield "reasoning", before
                if after:
                    yield "text", after
                return
        # Keep back what may be the beginning of the word.
        for size in range(min(len(text), len(_COMMENTARY)), 0, -1):
            if any(word.startswith(text[-size:]) for word in _GLUED):
                self._held = text[-size:]
                text = text[:-size]
                break
        if text:
            yield "reasoning", text

    def _give_header_back(self) -> Iterator[Piece]:
        raw = self._header_raw
        self._header, self._header_raw = None, ""
        if raw:
            yield from self._emit(raw)

    def _end_call(self) -> None:
        if self._call is not None:
            self.calls.append((self._call_name, "".join(self._call)))
            self._call = None


def _is_header(text: str) -> bool:
    return _HEADER.fullmatch(text) is not None


def leaked_calls(text: str, offered: frozenset[str]) -> list[tuple[str, str]]:
    """Name and arguments of the calls a whole text consists of; empty if it is anything else.

    Shapes seen: {"name", "arguments"}, {"name", "parameters"}, a list of these, {"name", …arguments beside it},
    and the template's ` to=functions.name json{…}`.
    """
    header = _LEAKED_CALL.match(text)
    if header and header[1] in offered:
        arguments = text[header.end() :].strip()
        return [(header[1], arguments)] if _json_object(arguments) is not None else []
    try:
        found: Any = orjson.loads(text)
    except ValueError:
        return []
    calls = []
    for item in found if isinstance(found, list) else [found]:
        name = clean_name(item.get("name")) if isinstance(item, dict) else ""
        if name not in offered:
            return []
        given = next((item[key] for key in ("arguments", "parameters") if key in item), None)
        if given is None:
            given = {key: value for key, value in item.items() if key not in ("name", "type", "id")}
        calls.append((name, given if isinstance(given, str) else dumps(given)))
    return calls


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
