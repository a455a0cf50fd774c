"""Cuts a JSON file of any length into its conversations, without holding more than one of them.

The file is an array of objects, an object that holds them under "conversations", or a single one. Only strings
and brackets are looked at here; each object found is then parsed as a whole. So memory is bounded by the longest
conversation allowed, and every error can name its place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from chatapp.workersai.words import translatable

READ = 256 * 1024
LONGEST = 16 * 1024 * 1024  # bytes of one conversation
MOST_TOKENS = 1_000_000  # strings and brackets in one conversation: each costs memory far beyond its bytes
DEEPEST = 100
MOST_PASSED = 64 * 1024 * 1024  # bytes of one conversation that are read only to find where it ends
TICK = 20_000  # strings and brackets between two calls of `tick`: some 10 ms
LONGEST_REST = 4 * 1024 * 1024  # what stands around the conversations

# A string may be cut by the end of what was read: then group 1 is empty, and more has to come first.
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{}\[\]]', re.DOTALL)
BLANK = b" \t\r\n"

NUMBERED = translatable("conversation %(number)s")
FIRST_PART = translatable("its first part")
ENDLESS = translatable("A text in %(place)s does not end.")
TOO_LONG = translatable("More than %(most)s MB follow in %(place)s. Take it out.")
CUT_OFF = translatable("The file ends in the middle of %(place)s. Was it cut off?")
ENDS_AFTER = translatable("The file ends after %(number)s conversations. Was it cut off?")
NOT_ONE = translatable("Conversation %(number)s is not one, or a comma is missing before it.")


class Broken(Exception):
    """The file cannot be read on from here."""

    def __init__(self, sentence: str, at: int):
        super().__init__(sentence)
        self.sentence, self.at = sentence, at


@dataclass(frozen=True, slots=True)
class Piece:
    number: int  # from 1
    at: int  # bytes from the start of the file
    json: bytes | None  # None if it was too long, too deep or too full
    problem: str = ""


class Splitter:
    """`pieces()` gives the conversations; `header` holds what stood before them in an object (maybe nothing).

    `tick` is called while it reads, every few milliseconds; it may raise to end it.
    """

    def __init__(self, read: Callable[[int], bytes]):
        self._read = read
        self.tick: Callable[[], None] = lambda: None
        self._data = b""
        self._at = 0  # in the file, of the first byte of _data
        self._pos = 0  # in _data, of what is looked at next
        self._ended = False
        self._passing = False  # what is being read is too long: it is passed over
        self.header: dict[str, Any] = {}
        self.number = 0

    @property
    def consumed(self) -> int:
        return self._at + self._pos

    def pieces(self) -> Iterator[Piece]:
        first = self._first()
        if first == b"[":
            self._pos += 1
            yield from self._items()
            self._nothing_more()
        elif first == b"{":
            yield from self._object()
        else:
            raise Broken(
                translatable("This is not a file of conversations: it does not begin with “[” or “{”."),
                self.consumed,
            )

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def _more(self) -> bool:
        """Read on; what lies before `_pos` is let go. Reads grow with what is held, so that it is scanned once."""
        if self._ended:
            return False
        self.tick()
        chunk = self._read(max(READ, len(self._data) - self._pos))
        if not chunk:
            self._ended = True
            return False
        self._at += self._pos
        self._data = self._data[self._pos :] + chunk
        self._pos = 0
        return True

    def _first(self) -> bytes:
        """The next byte that is not blank, not yet taken; b"" at the end."""
        if self.consumed == 0 and not self._data:
            self._more()
            if self._data.startswith(b"\xef\xbb\xbf"):
                self._pos = 3
        while True:
            while self._pos < len(self._data):
                if self._data[self._pos] not in BLANK:
                    return self._data[self._pos : self._pos + 1]
                self._pos += 1
            if not self._more():
                return b""

    def _nothing_more(self) -> None:
        if self._first():
            raise Broken(translatable("Something follows after the end of the conversations."), self.consumed)

    def _tokens(self, rel: int) -> Iterator[tuple[bytes, int, int]]:
        """Strings and brackets from `rel` on: (token, its start, its end), counted from `_pos`, which stays.

        A taker that sets `_passing` lets go of what has been given out: then only `_pos` moves.
        """
        begun, given = self.consumed, 0
        while True:
            for found in TOKEN.finditer(self._data, self._pos + rel):
                given += 1
                if given % TICK == 0:
                    self.tick()
                if found[0][:1] == b'"' and not found[1]:
                    rel = found.start() - self._pos
                    break
                rel = found.end() - self._pos
                yield found[0], found.start() - self._pos, rel
            else:
                rel = len(self._data) - self._pos
            if self._passing or len(self._data) - self._pos > LONGEST:
                self._passing = True
                self._pos += rel
                rel = 0
                if len(self._data) - self._pos > LONGEST:
                    raise Broken(ENDLESS % {"place": self._here}, self.consumed)
                if self.consumed - begun > MOST_PASSED:
                    most = MOST_PASSED // 1024 // 1024
                    raise Broken(TOO_LONG % {"most": most, "place": self._here}, self.consumed)
            if not self._more():
                raise Broken(CUT_OFF % {"place": self._here}, self.consumed)

    @property
    def _here(self) -> str:
        return NUMBERED % {"number": self.number} if self.number else FIRST_PART

    # ── the parts ────────────────────────────────────────────────────────────────────────────

    def _items(self) -> Iterator[Piece]:
        """The objects of an array whose bracket has been taken; takes the closing one."""
        comma = False
        while (byte := self._first()) != b"]":
            if comma:
                if byte != b",":
                    raise self._wrong(byte)
                self._pos += 1
                byte = self._first()
            if not byte:
                raise self._wrong(byte)
            self.number += 1
            if byte != b"{":
                raise self._wrong(byte)
            yield self._item()
            comma = True
        self._pos += 1

    def _wrong(self, byte: bytes) -> Broken:
        if not byte:
            return Broken(ENDS_AFTER % {"number": self.number}, self.consumed)
        return Broken(NOT_ONE % {"number": self.number}, self.consumed)

    def _item(self) -> Piece:
        """The object that begins here, as bytes; if it is beyond the limits, it is passed over."""
        at = self.consumed
        self._passing = False
        depth = end = 0
        problem = ""
        for tokens, (token, _, end) in enumerate(self._tokens(0), 1):  # noqa: B007 - used after the loop
            if token in b"{[":
                depth += 1
            elif token in b"}]":
                depth -= 1
            if depth > DEEPEST or tokens > MOST_TOKENS:
                problem, self._passing = "It is nested too deep or has too many parts.", True
            if depth == 0:
                break
        if end > LONGEST:
            self._passing = True
        if self._passing:
            problem = problem or f"It is longer than {LONGEST // 1024 // 1024} MB."
        json = None if self._passing else self._data[self._pos : self._pos + end]
        self._pos += end
        return Piece(self.number, at, json, problem)

    def _object(self) -> Iterator[Piece]:
        """Either the object that holds the conversations, or a single one."""
        at, key, before, depth = self.consumed, b"", 0, 0
        self._passing = False
        for token, start, end in self._tokens(0):
            if self._passing:
                raise Broken(translatable("No conversations were found in the first part of the file."), at)
            if token == b"[" and depth == 1 and key == b'"conversations"':
                self.header = self._parsed(self._data[self._pos : self._pos + start] + b"null}", at)
                self._pos += end
                yield from self._items()
                yield from self._rest()
                return
            # After a colon it is a value, else a name.
            gap = self._data[self._pos + before : self._pos + start]
            if depth == 1 and token[:1] == b'"' and not gap.rstrip(BLANK).endswith(b":"):
                key = token
            depth += (token in b"{[") - (token in b"}]")
            before = end
            if depth == 0:
                break
        self.number = 1
        piece = Piece(1, at, self._data[self._pos : self._pos + end])
        self._pos += end
        yield piece
        self._nothing_more()

    def _rest(self) -> Iterator[Piece]:
        """What follows the conversations in their object: it is read, so that a broken end is noticed."""
        while self._more():
            if len(self._data) - self._pos > LONGEST_REST:
                raise Broken(translatable("Too much follows after the conversations."), self.consumed)
        self._parsed(b'{"conversations":null' + self._data[self._pos :], self.consumed)
        self._pos = len(self._data)
        yield from ()

    @staticmethod
    def _parsed(data: bytes, at: int) -> dict[str, Any]:
        try:
            return dict(orjson.loads(data))
        except (ValueError, TypeError):
            raise Broken(translatable("The beginning or the end of the file is not valid JSON."), at) from None
