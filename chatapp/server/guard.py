"""Caps below Django: what one connection may cost before any view has a say.

daphne alone takes a body of any size into a temporary file, waits for a slow client for ever, and holds
back nothing in either direction. Here: bodies are cut while they arrive, headers and bodies have a
deadline, connections are counted, a socket that does not read is dropped before its backlog grows, and a
socket that talks faster than the application listens is not read until the application has caught up.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import connectionDone
from twisted.web.http import HTTPChannel, _GenericHTTPChannelProtocol
from zope.interface import implementer

from chatapp.server import errors, lifecycle, metrics


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    body: int = 1024 * 1024
    frame: int = 64 * 1024
    connections: int = 4096
    header_time: float = 15
    body_time: float = 60
    idle_time: float = 75
    # In which a client must take each piece of a long answer.
    unread_time: float = 60
    socket_life: float = 3600
    ping_every: float = 20
    ping_answer: float = 30
    # A tab that acknowledges nothing is paused by the application long before; this is the last fence.
    outgoing: int = 4 * 1024 * 1024
    inbound_frames: int = 64
    # After a refusal the rest of the request is read and thrown away this long, so that the client
    # gets to see the answer instead of a reset connection.
    linger_time: float = 2
    linger_bytes: int = 8 * 1024 * 1024


class GuardedChannel(HTTPChannel):
    """One HTTP connection: cuts what is too long or too slow."""

    transport: Any
    limits = Limits()
    _deadline: Any = None
    _refused = False
    _discarded = 0

    def connectionMade(self) -> None:
        self.factory.server.open_transports += 1
        super().connectionMade()

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.factory.server.open_transports -= 1
        self._set_deadline(None)
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        if self._refused:
            self._discard(len(data))
            return
        if self._deadline is None and not self._handlingRequest:
            self._set_deadline(self.limits.header_time)
        super().dataReceived(data)

    def rawDataReceived(self, data: bytes) -> None:
        if self._refused:
            self._discard(len(data))
            return
        super().rawDataReceived(data)

    def allHeadersReceived(self) -> None:
        if self.length is not None and self.length > self.limits.body:
            self.refuse(413, "body")
            return
        self._set_deadline(self.limits.body_time)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        if self._refused:
            return
        self._set_deadline(None)
        super().allContentReceived()

    def refuse(self, status: int, reason: str) -> None:
        """Answer `status` now, read on for a moment to let the answer arrive, then hang up."""
        if self._refused:
            return
        self._refused = True
        metrics.REFUSED.labels(reason).inc()
        self._set_deadline(None)
        self.setTimeout(None)
        self._networkProducer.unregisterProducer()
        self.transport.write(errors.bare_response(status))
        self.transport.loseWriteConnection()
        self._set_deadline(self.limits.linger_time)

    def _discard(self, count: int) -> None:
        self._discarded += count
        if self._discarded > self.limits.linger_bytes:
            self._out_of_time()

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.callLater(seconds, self._out_of_time)

    def _out_of_time(self) -> None:
        if self._refused:
            self.transport.abortConnection()
        else:
            self.refuse(408, "slow")


class GuardedRequest(WebRequest):
    """One HTTP request: counts a body of undeclared length, and has no bare error page."""

    _body_bytes = 0

    def handleContentChunk(self, data: bytes) -> None:
        self._body_bytes += len(data)
        if self._body_bytes > self.channel.limits.body:
            self.channel.refuse(413, "body")
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        if lifecycle.draining():
            # Kept-alive connections would otherwise outlive the drain.
            self.setHeader(b"connection", b"close")
            self.channel.persistent = False
            if (self.requestHeaders.getRawHeaders(b"upgrade") or [b""])[0].lower() == b"websocket":
                self.setHeader(b"retry-after", b"5")
                self.basic_error(503, b"Service Unavailable", "")
                return None
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """The server's own error page, when Django had no say; `body` (daphne's wording) is not shown."""
        self.handle_reply({"type": "http.response.start", "status": status, "headers": errors.bare_headers()})
        self.handle_reply({"type": "http.response.body", "body": errors.bare_page(status)})


class GuardedHTTPFactory(HTTPFactory):
    """Builds guarded connections, as many as may be open at once."""

    def __init__(self, server: Any, limits: Limits) -> None:
        super().__init__(server)
        self.limits = limits
        self.timeOut = limits.idle_time

    def log(self, request: Any) -> None:
        """Twisted would make a line for every request and throw it away; the middleware's has more."""

    def buildProtocol(self, addr: Any) -> Any:
        if self.server.open_transports >= self.limits.connections:
            metrics.REFUSED.labels("connections").inc()
            return None
        channel = GuardedChannel()
        channel.limits = self.limits
        protocol = _GenericHTTPChannelProtocol(channel)
        protocol.factory = self
        protocol.requestFactory = GuardedRequest
        protocol.callLater = self.reactor.callLater
        protocol.timeOut = self.timeOut
        return protocol


class InboundQueue(asyncio.Queue[Any]):
    """What a socket said and the application has not yet read; reading is paused while it is long."""

    def __init__(self) -> None:
        super().__init__()
        self.paused_transport: Any = None

    def pause(self, transport: Any) -> None:
        if self.paused_transport is None:
            self.paused_transport = transport
            transport.pauseProducing()

    async def get(self) -> Any:
        item = await super().get()
        if self.paused_transport is not None and self.empty():
            transport, self.paused_transport = self.paused_transport, None
            if transport.connected and not transport.disconnecting:
                transport.resumeProducing()
        return item


@implementer(IPushProducer)
class Outgoing:
    """Hears from the transport when its buffer is full and when it has drained."""

    def __init__(self) -> None:
        self.full = False
        self.waiting = 0

    def pauseProducing(self) -> None:
        self.full = True

    def resumeProducing(self) -> None:
        self.full = False
        self.waiting = 0

    def stopProducing(self) -> None:
        """The connection is gone; nothing to stop."""


class GuardedSocket(WebSocketProtocol):
    """One websocket: bounded in both directions, timed by a clock that does not jump."""

    def connectionLost(self, *args: Any, **kwargs: Any) -> None:
        self.factory.server_class.open_transports -= 1
        super().connectionLost(*args, **kwargs)

    def onConnect(self, request: Any) -> Any:
        self._opened_at = self._heard_at = time.monotonic()
        return super().onConnect(request)

    def onOpen(self) -> None:
        self._outgoing = Outgoing()
        self.transport.unregisterProducer()
        self.transport.registerProducer(self._outgoing, True)
        self.server.sockets_open += 1
        super().onOpen()

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        self.close_code = self.localCloseCode or code
        if hasattr(self, "_outgoing"):
            self.server.sockets_open -= 1
        super().onClose(wasClean, code, reason)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self._heard_at = time.monotonic()
        super().onMessage(payload, isBinary)
        if self.application_queue.qsize() > self.server.limits.inbound_frames:
            self.application_queue.pause(self.transport)

    def serverSend(self, content: Any, binary: bool = False) -> None:
        """Send a frame; at once if nothing is waiting to be sent.

        This is where every token leaves, once per open tab. autobahn would pass the frame through four
        methods, and Twisted would ask the selector to be told when the socket can be written to, which it
        nearly always can: together a fifth of what a stream costs.
        """
        if self.state != self.STATE_OPEN:
            if self.state == self.STATE_CONNECTING:
                super().serverSend(content, binary)
            return
        payload = content if binary else content.encode()
        self._write_out(_head(0x82 if binary else 0x81, len(payload)) + payload)
        self.server.frames_sent += 1
        outgoing = self._outgoing
        if outgoing.full:
            outgoing.waiting += len(payload)
            if outgoing.waiting > self.server.limits.outgoing:
                metrics.REFUSED.labels("unread").inc()
                self.dropConnection(abort=True)

    def _write_out(self, frame: bytes) -> None:
        transport = self.transport
        if not (transport.dataBuffer or transport._tempDataBuffer) and transport.connected:
            sent = transport.writeSomeData(frame)
            if sent == len(frame):
                return
            # An int: the rest waits for the selector. Anything else says that the connection is lost; writing
            # it the ordinary way lets Twisted find that out and end the protocol.
            if isinstance(sent, int):
                frame = frame[sent:]
        transport.write(frame)

    def check_timeouts(self) -> None:
        """daphne's own rules, by the monotonic clock: a jump of the wall clock must not close every tab."""
        now = time.monotonic()
        if self.state == self.STATE_CONNECTING:
            if now - self._opened_at > self.server.websocket_connect_timeout:
                self.serverReject()
        elif self.state == self.STATE_OPEN:
            if now - self._opened_at > self.server.limits.socket_life:
                self.serverClose()
            elif now - self._heard_at > self.server.limits.ping_every:
                self._heard_at = now
                self._sendAutoPing()


def _head(kind: int, length: int) -> bytes:
    """The head of a whole, unmasked frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((kind, length))
    if length < 65536:
        return bytes((kind, 126)) + length.to_bytes(2, "big")
    return bytes((kind, 127)) + length.to_bytes(8, "big")


class GuardedSocketFactory(WebSocketFactory):
    protocol = GuardedSocket
