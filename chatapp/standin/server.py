"""The HTTP server: h11 reads the requests, replies go straight to the transport."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import traceback

import h11
import orjson

from . import refusals
from .answering import Answering, Options, Reply, Streamed, Whole
from .pace import Pace
from .records import Record, Records
from .sending import Stream

MAX_BODY = 10_000_000
"""Bytes of a request body; Workers AI names this limit for batches."""
_SHOWN_HEADERS = ("x-session-affinity", "cf-aig-gateway-id", "x-standin", "user-agent", "accept")


class Server:
    """All connections of one stand-in."""

    def __init__(self, options: Options) -> None:
        self.answering = Answering(options)
        self.records = Records()
        self.pace: Pace
        self._server: asyncio.Server
        self._connections: set[Connection] = set()

    async def start(self, host: str, port: int) -> str:
        """Listens; returns the URL."""
        loop = asyncio.get_running_loop()
        self.pace = Pace(loop)
        self._server = await loop.create_server(lambda: Connection(self), host, port, backlog=1024)
        found = self._server.sockets[0].getsockname()
        return f"http://{host}:{found[1]}"

    async def stop(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.abort()
        await self._server.wait_closed()

    def joined(self, connection: Connection) -> None:
        self._connections.add(connection)

    def left(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def reply(self, record: Record, headers: dict[str, str], raw: bytes) -> Reply:
        """The reply to one request; also serves what tests read about the stand-in itself."""
        path = record.path.partition("?")[0]
        if path == "/standin/requests":
            if record.method == "DELETE":
                self.records.clear()
                return Whole(204, b"")
            return Whole(200, orjson.dumps(self.records.shown()))
        if record.method == "GET" and path in ("/", "/v1/models"):
            names = [{"id": name, "object": "model"} for name in self.answering.options.models]
            return Whole(200, orjson.dumps({"object": "list", "data": names, "stand_in": True}))
        self.records.add(record)
        if record.method != "POST":
            return Whole(405, orjson.dumps({"errors": [{"code": 7001, "message": "Method not allowed"}]}))
        return self.answering.answer(record.path, headers, raw)


class Connection(asyncio.Protocol):
    """One client connection, kept alive between requests; one request at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._h11 = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._record: Record | None = None
        self._stream: Stream | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.left(self)
        if self._stream is not None:
            self._stream.stop()
        if self._record is not None:
            self._record.close("client_closed")

    def pause_writing(self) -> None:
        if self._stream is not None:
            self._stream.paused = True

    def resume_writing(self) -> None:
        if self._stream is not None:
            self._stream.resume()

    def abort(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._h11.receive_data(data)
        self._advance()

    def _advance(self) -> None:
        """Takes what has arrived, up to the end of one request."""
        try:
            self._take()
        except h11.RemoteProtocolError:
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self._transport.close()

    def _take(self) -> None:
        while self._record is None:
            event = self._h11.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                if self._h11.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                    self._transport.write(self._h11.send(go_on) or b"")
                return
            if isinstance(event, h11.Request):
                self._head, self._body, self._size = event, [], 0
            elif isinstance(event, h11.Data):
                self._size += len(event.data)
                if self._size > MAX_BODY:
                    self._too_large()
                    return
                self._body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self._dispatch()
            else:
                return

    def _too_large(self) -> None:
        body = refusals.too_large().body
        head = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        self._transport.write(self._h11.send(h11.Response(status_code=413, headers=head)) or b"")
        self._transport.write(body)
        self._transport.close()

    def _dispatch(self) -> None:
        assert self._head is not None
        raw = b"".join(self._body)
        headers = {name.decode(): value.decode("latin-1") for name, value in self._head.headers}
        shown = {name: headers[name] for name in _SHOWN_HEADERS if name in headers}
        try:
            body = orjson.loads(raw) if raw else None
        except ValueError:
            body = raw[:1000].decode("latin-1")
        record = Record(self._head.method.decode(), self._head.target.decode(), shown, len(raw), body)
        self._record = record
        try:
            reply = self._server.reply(record, headers, raw)
        except Exception:
            # A client must not hang on a mistake of ours; the traceback goes to the terminal.
            traceback.print_exc()
            reply = Whole(500, b'{"errors":[{"code":5000,"message":"The stand-in has failed"}],"success":false}')
        if reply.delay:
            asyncio.get_running_loop().call_later(reply.delay, self._send, reply, record)
        else:
            self._send(reply, record)

    def _send(self, reply: Reply, record: Record) -> None:
        if self._transport.is_closing():
            return
        if isinstance(reply, Streamed):
            self._send_stream(reply, record)
        else:
            self._send_whole(reply, record)

    def _send_whole(self, reply: Whole, record: Record) -> None:
        if reply.status == 0:
            self._end("fin")
            return
        record.status, record.tokens_sent = reply.status, reply.tokens
        headers = [("content-length", str(len(reply.body))), *reply.headers]
        if reply.body:
            headers.append(("content-type", reply.content_type))
        parts = [self._h11.send(h11.Response(status_code=reply.status, headers=headers)) or b"", reply.body]
        self._h11.send(h11.Data(data=reply.body))
        self._h11.send(h11.EndOfMessage())
        self._transport.write(b"".join(parts))
        self._finish()

    def _send_stream(self, reply: Streamed, record: Record) -> None:
        record.status = 200
        headers = [("content-type", "text/event-stream"), ("cache-control", "no-cache"), *reply.headers]
        head = self._h11.send(h11.Response(status_code=200, headers=headers)) or b""
        self._transport.write(head)
        assert self._head is not None
        chunked = self._head.http_version >= b"1.1"
        self._stream = Stream(reply, record, self._transport, self._server.pace, chunked, self._end)
        self._stream.start()

    def _end(self, how: str) -> None:
        """A reply is over: "body" ends it properly; "fin" and "reset" leave it unfinished and close."""
        self._stream = None
        record = self._record
        assert record is not None
        if how == "body":
            with contextlib.suppress(h11.LocalProtocolError):
                self._transport.write(self._h11.send(h11.EndOfMessage()) or b"")
            self._finish()
            return
        record.close("cut")
        if how == "reset":
            endpoint: socket.socket = self._transport.get_extra_info("socket")
            # Lingering for no time makes the kernel send RST instead of FIN.
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        else:
            self._transport.close()

    def _finish(self) -> None:
        assert self._record is not None
        self._record.close("finished")
        self._record = None
        if self._h11.our_state is h11.MUST_CLOSE or self._h11.our_state is h11.ERROR:
            self._transport.close()
            return
        self._h11.start_next_cycle()
        # A pipelined request must not be answered inside the one before it.
        asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        if not self._transport.is_closing():
            self._advance()
