"""Bytes as a server would send them, and what the room makes of them."""

from collections.abc import Iterable
from itertools import count, groupby
from pathlib import Path

import orjson

from chatapp.workersai.events import Event, Finished, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from chatapp.workersai.parse import StreamParser
from chatapp.workersai.sse import EventSplitter

FEEDS = sorted((Path(__file__).parent.parent / "feeds").glob("*.sse"))
DONE = b"data: [DONE]\n\n"


def sse(*payloads: object) -> bytes:
    """Payloads as events; an object is sent as JSON, bytes go as they are."""
    return b"".join(
        b"data: " + (payload if isinstance(payload, bytes) else orjson.dumps(payload)) + b"\n\n"
        for payload in payloads
    )


def delta(**fields: object) -> dict:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": None}]}


def finish(reason: str | None = "stop", **fields: object) -> dict:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}], **fields}


class Read:
    """What a stream of bytes was read as."""

    def __init__(self, chunks: Iterable[bytes], offered: Iterable[str] = ()) -> None:
        numbers = count(1)
        self.parser = StreamParser(frozenset(offered), make_id=lambda: f"call_{next(numbers)}")
        self.splitter = EventSplitter()
        self.events: list[Event] = []
        for chunk in chunks:
            self.events += self.parser.feed(self.splitter.feed(chunk))
        self.events += self.parser.feed(self.splitter.close())
        self.before_end = list(self.events)
        self.events += self.parser.close()

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def reasoning(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, ReasoningDelta))

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(name, arguments) of each tool call, in order."""
        calls: dict[int, tuple[str, str]] = {}
        for event in self.events:
            if isinstance(event, ToolCallDelta):
                name, arguments = calls.get(event.index, ("", ""))
                calls[event.index] = (name + event.name, arguments + event.arguments)
        return [calls[index] for index in sorted(calls)]

    @property
    def usage(self) -> Usage | None:
        found = [event for event in self.events if isinstance(event, Usage)]
        assert len(found) <= 1
        return found[0] if found else None

    @property
    def finish(self) -> str | None:
        found = [event for event in self.events if isinstance(event, Finished)]
        assert len(found) <= 1
        assert not found or self.events[-1] is found[0], "Finished must be the last event"
        return found[0].reason if found else None


def read(*chunks: bytes, offered: Iterable[str] = ()) -> Read:
    return Read(chunks, offered)


def joined(events: Iterable[Event]) -> list[object]:
    """Events with neighbours of one kind joined, so that only the content counts and not the cuts."""

    def kind(event: Event) -> object:
        return (type(event), event.index if isinstance(event, ToolCallDelta) else None)

    result: list[object] = []
    for (cls, _), group in groupby(events, kind):
        pieces = list(group)
        if cls in (TextDelta, ReasoningDelta):
            result.append(cls("".join(piece.text for piece in pieces)))
        elif cls is ToolCallDelta:
            first = pieces[0]
            result.append(
                ToolCallDelta(
                    first.index,
                    first.id,
                    "".join(piece.name for piece in pieces),
                    "".join(piece.arguments for piece in pieces),
                )
            )
        else:
            result += pieces
    return result
