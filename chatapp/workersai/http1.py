"""HTTP/1.1 as far as this wire needs it, under httpx's interface: one request, one response, read as it comes.

Reading is the largest single cost of many streams at once. This transport hands on what the socket gave with one
wake-up and no copy; docs/wire.md has the figures against httpx's own transport and aiohttp's. It follows RFC 9112
for the message and is strict where leniency would let two parties see different messages. No proxies, no
redirects, no HTTP/2, no decompression: the client above asks for none of it.
"""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator

import httpx

MAX_HEAD_BYTES = 64 * 1024
MAX_LINE_BYTES = 4 * 1024  # a chunk's size with its extensions, or a trailer
MAX_BUFFERED_BYTES = 256 * 1024  # read ahead of the reader; then the socket is left to fill up
MAX_IDLE = 20

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*?)[ \t]*")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")

Headers = list[tuple[bytes, bytes]]
Origin = tuple[str, str, int]


class Http1Transport(httpx.AsyncBaseTransport):
    """Connections are kept for `keep_alive` seconds after an answer was read to its end, and closed at once when
    it was not. Raises httpx's ConnectTimeout, ConnectError, ReadError and RemoteProtocolError.
    """

    def __init__(self, ssl_context: ssl.SSLContext, keep_alive: float = 15.0) -> None:
        self._ssl_context = ssl_context
        self._keep_alive = keep_alive
        self._idle: list[tuple[float, Origin, _Connection]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        origin = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        message = _message(request, await request.aread())
        while True:
            kept = self._take(origin)
            connection = kept or await self._connect(origin, request.extensions.get("timeout", {}).get("connect"))
            try:
                status, headers = await connection.ask(message)
            except BaseException as error:
                connection.abort()
                # The server may close a kept connection just when it is used again: it has seen nothing then.
                if kept and isinstance(error, httpx.ReadError) and connection.untouched:
                    continue
                raise
            return httpx.Response(status, headers=headers, stream=_Body(connection, origin, self), request=request)

    async def aclose(self) -> None:
        for _, _, connection in self._idle:
            connection.abort()
        self._idle.clear()

    def keep(self, origin: Origin, connection: "_Connection") -> None:
        """A connection whose answer was read to its end."""
        if len(self._idle) >= MAX_IDLE:
            self._idle.pop(0)[2].abort()
        self._idle.append((time.monotonic() + self._keep_alive, origin, connection))

    def _take(self, origin: Origin) -> "_Connection | None":
        now = time.monotonic()
        for entry in reversed(self._idle):
            until, whose, connection = entry
            if connection.closed or now > until:
                connection.abort()
                self._idle.remove(entry)
            elif whose == origin:
                self._idle.remove(entry)
                return connection
        return None

    async def _connect(self, origin: Origin, timeout: float | None) -> "_Connection":
        scheme, host, port = origin
        try:
            async with asyncio.timeout(timeout):
                _, connection = await asyncio.get_running_loop().create_connection(
                    _Connection,
                    host,
                    port,
                    ssl=self._ssl_context if scheme == "https" else None,
                    happy_eyeballs_delay=0.25,
                )
        except TimeoutError:
            raise httpx.ConnectTimeout(f"no connection to {host} within {timeout} seconds") from None
        except OSError as error:
            raise httpx.ConnectError(f"no connection to {host}: {error}") from None
        return connection


class _Body(httpx.AsyncByteStream):
    """The body of one response; the end of it gives the connection back."""

    def __init__(self, connection: "_Connection", origin: Origin, transport: Http1Transport) -> None:
        self._connection = connection
        self._origin = origin
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = self._connection.read
        while chunk := await read():
            yield chunk

    async def aclose(self) -> None:
        if self._connection.reusable:
            self._transport.keep(self._origin, self._connection)
        else:
            self._connection.abort()


class _Connection(asyncio.Protocol):
    """One connection: `ask` sends a request and reads the head of the answer, `read` the body piece by piece.

    A body ends by its chunks, by its length, or, with neither, by the end of the connection.
    """

    def __init__(self) -> None:
        self.closed = False
        self.untouched = True  # nothing came since the last request
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []  # came, but not asked for yet
        self._buffered = 0
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._lost: BaseException | None = None
        self._body_done = True
        self._keep_alive = False
        self._chunked = False
        self._in_trailers = False
        self._rest = b""  # the beginning of a chunk's size or of a trailer
        self._left: int | None = 0  # bytes of the chunk, or of the body; None: until the connection ends

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        self._buffered += len(data)
        if self._buffered > MAX_BUFFERED_BYTES and not self._paused and self._transport:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, error: BaseException | None) -> None:
        self.closed = True
        self._lost = error
        self._wake()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # Called by the transport and the body

    @property
    def reusable(self) -> bool:
        """Whether another request may be sent: this answer was read to its end and nothing is left over."""
        return self._body_done and self._keep_alive and not self.closed and not self._parts

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    async def ask(self, message: bytes) -> tuple[int, Headers]:
        if self._transport is None or self._parts:
            raise httpx.RemoteProtocolError("the server spoke before it was asked")
        self.untouched = True
        self._transport.write(message)
        while True:
            minor, status, headers = _head(await self._read_head())
            if status >= 200:
                break
        self._expect_body(minor, status, headers)
        return status, headers

    async def read(self) -> bytes:
        """What came of the body since the last call; b"" at its end."""
        while not self._body_done:
            if self._parts:
                piece = self._dechunk(self._take()) if self._chunked else self._plain(self._take())
                if piece:
                    return piece
            elif self.closed:
                if self._left is None and self._lost is None:
                    self._body_done = True
                else:
                    raise httpx.ReadError(
                        f"the connection was closed within the answer ({self._lost or 'end of data'})"
                    )
            else:
                await self._wait()
        return b""

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _take(self) -> bytes:
        parts = self._parts
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        self._buffered = 0
        if self._paused and self._transport:
            self._paused = False
            if not self.closed:
                self._transport.resume_reading()
        return data

    def _put_back(self, data: bytes) -> None:
        if data:
            self._parts.insert(0, data)
            self._buffered += len(data)

    async def _read_head(self) -> bytes:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            if len(data) > MAX_HEAD_BYTES:
                raise httpx.RemoteProtocolError(f"the head of the answer is larger than {MAX_HEAD_BYTES} bytes")
            if not self._parts:
                if self.closed:
                    raise httpx.ReadError(
                        f"the connection was closed before an answer ({self._lost or 'end of data'})"
                    )
                await self._wait()
                continue
            self.untouched = False
            data += self._take()
        self._put_back(data[end + 4 :])
        return data[:end]

    def _expect_body(self, minor: bytes, status: int, headers: Headers) -> None:
        coding = _one(headers, b"transfer-encoding").lower()
        length = _one(headers, b"content-length")
        if coding not in (b"", b"chunked"):
            raise httpx.RemoteProtocolError(f"the answer has the transfer coding {coding!r}")
        if length and not re.fullmatch(rb"\d{1,15}", length):
            raise httpx.RemoteProtocolError(f"the answer has the length {length!r}")
        self._chunked = bool(coding)
        self._in_trailers, self._rest = False, b""
        # Chunks win over a length; a message with both is not trusted any further.
        self._left = 0 if coding else int(length) if length else None
        self._keep_alive = (
            minor == b"1"
            and b"close" not in _one(headers, b"connection").lower()
            and (bool(coding) != bool(length))
        )
        self._body_done = status in (204, 304) or (not coding and self._left == 0)

    def _plain(self, data: bytes) -> bytes:
        if self._left is None:
            return data
        piece = data[: self._left]
        self._put_back(data[self._left :])
        self._left -= len(piece)
        self._body_done = not self._left
        return piece

    def _dechunk(self, data: bytes) -> bytes:
        """The content of the chunks in `data`. `_left` counts a chunk's bytes with the line end after them."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        pieces = []
        at, size = 0, len(data)
        left = self._left or 0
        while at < size:
            if left > 2:
                piece = data[at : at + left - 2]
                pieces.append(piece)
                at += len(piece)
                left -= len(piece)
            elif left:
                if data[at] != b"\r\n"[2 - left]:
                    raise httpx.RemoteProtocolError("a chunk of the answer is longer than its size")
                at += 1
                left -= 1
            else:
                end = data.find(b"\r\n", at)
                if (size if end < 0 else end) - at > MAX_LINE_BYTES:
                    raise httpx.RemoteProtocolError("a chunk of the answer has an endless size or trailer")
                if end < 0:
                    self._rest = data[at:]
                    break
                line = data[at:end]
                at = end + 2
                if self._in_trailers:
                    if not line:
                        self._body_done = True
                        self._put_back(data[at:])
                        break
                    continue
                found = _SIZE.fullmatch(line)
                if not found:
                    raise httpx.RemoteProtocolError(f"a chunk of the answer has the size {line[:40]!r}")
                chunk = int(found[1], 16)
                self._in_trailers = not chunk
                left = chunk + 2 if chunk else 0
        self._left = left
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _message(request: httpx.Request, body: bytes) -> bytes:
    lines = [request.method.encode() + b" " + request.url.raw_path + b" HTTP/1.1"]
    names = set()
    for name, value in request.headers.raw:
        if b"\n" in value or b"\r" in value:
            raise httpx.LocalProtocolError(f"the header {name!r} has a line break in it")
        names.add(name.lower())
        lines.append(name + b": " + value)
    if b"content-length" not in names:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _head(raw: bytes) -> tuple[bytes, int, Headers]:
    """HTTP's minor version, the status and the headers."""
    first, *lines = raw.split(b"\r\n")
    status = _STATUS.fullmatch(first)
    if not status:
        raise httpx.RemoteProtocolError(f"the answer is no HTTP/1.1: {first[:40]!r}")
    headers = []
    for line in lines:
        header = _HEADER.fullmatch(line)
        if not header:
            raise httpx.RemoteProtocolError(f"the answer has the header {line[:40]!r}")
        headers.append((header[1], header[2]))
    return status[1], int(status[2]), headers


def _one(headers: Headers, name: bytes) -> bytes:
    """The value of a header, "" without it. Different values for one that frames the message are refused."""
    values = {value for key, value in headers if key.lower() == name}
    if len(values) > 1 and name != b"connection":
        raise httpx.RemoteProtocolError(f"the answer has several {name.decode()} headers")
    return b",".join(values)
