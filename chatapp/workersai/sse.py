"""Bytes of an event stream → the payloads of its events.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream for lines,
`data:` fields and comments, and is more lenient where servers are known to be careless: a bare `[DONE]` or a
bare JSON line counts as data, and so does a last event without its blank line. Event names and ids are not
used by this wire. Lines end at \\n, \\r or \\r\\n only: `splitlines` would also cut at U+2028 inside JSON.
"""

import re

from chatapp.workersai.errors import Protocol

MAX_EVENT_BYTES = 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")


class EventSplitter:
    """Feed it what arrived, in any cuts; it gives the payload of every event that is complete.

    Raises Protocol when one event grows over `limit` bytes: memory per stream stays bounded.
    """

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        self._limit = limit
        self._rest = bytearray()  # a line that has not ended yet
        self._data: list[bytes] = []  # data lines of the event that has not ended yet
        self._size = 0  # bytes in _data
        self._start = True  # nothing but a possible BOM so far
        self._after_cr = False  # a \n that comes next belongs to the \r before it
        self._plain = False  # none of the above

    def feed(self, chunk: bytes) -> list[bytes]:
        # The ordinary case: whole `data: …\n\n` events, nothing left over from before.
        if self._plain and chunk[:6] == b"data: " and chunk[-2:] == b"\n\n" and len(chunk) <= self._limit:
            if chunk.find(b"\n") == len(chunk) - 2 > 6 and b"\r" not in chunk:
                return [chunk[6:-2]]
            pieces = chunk[6:-2].split(b"\n\ndata: ")
            if chunk.count(b"\n") == 2 * len(pieces) and b"" not in pieces and b"\r" not in chunk:
                return pieces
        payloads = self._feed_lines(chunk)
        self._plain = not (self._rest or self._data or self._start or self._after_cr)
        return payloads

    def close(self) -> list[bytes]:
        """The stream ended: the event that was not closed by a blank line, if there is one."""
        payloads: list[bytes] = []
        self._line(self._take(), payloads)
        self._line(b"", payloads)
        return payloads

    def _feed_lines(self, chunk: bytes) -> list[bytes]:
        payloads: list[bytes] = []
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if not chunk:
            return payloads
        if self._start:
            chunk = self._take() + chunk
            if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
                self._rest += chunk
                return payloads
            self._start = False
            if chunk.startswith(_BOM):
                chunk = chunk[len(_BOM) :]
        self._after_cr = chunk[-1:] == b"\r"
        lines = _LINE_END.split(chunk)
        self._grow(lines[0])
        if len(lines) > 1:
            self._line(self._take(), payloads)
            for line in lines[1:-1]:
                self._line(line, payloads)
            self._grow(lines[-1])
        return payloads

    def _take(self) -> bytes:
        line = bytes(self._rest)
        self._rest.clear()
        return line

    def _grow(self, part: bytes) -> None:
        if len(self._rest) + len(part) + self._size > self._limit:
            raise Protocol(f"an event of the stream is larger than {self._limit} bytes")
        self._rest += part

    def _line(self, line: bytes, payloads: list[bytes]) -> None:
        if line[:5] == b"data:":
            self._add(line[6:] if line[5:6] == b" " else line[5:])
        elif not line:
            self._end_event(payloads)
        elif line[:1] in (b"{", b"["):
            self._end_event(payloads)
            payloads.append(line)

    def _end_event(self, payloads: list[bytes]) -> None:
        if self._data:
            payloads.append(b"\n".join(self._data))
            self._data.clear()
        self._size = 0

    def _add(self, data: bytes) -> None:
        self._size += len(data) + 1
        if self._size > self._limit:
            raise Protocol(f"an event of the stream is larger than {self._limit} bytes")
        if data:
            self._data.append(data)
