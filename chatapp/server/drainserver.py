"""daphne's server in this process, with a beginning and an end.

daphne alone leaves 0.2 s after SIGTERM: sockets without a close frame, requests cut, tasks without their
`finally`. Here the end has an order:

    1. readiness says draining; new questions and new sockets get 503
    2. running replies get `drain_seconds`, then the rest is saved as interrupted (chat.runs.drain)
    3. nobody is let in any more; sockets close with 1012, so browsers come back by themselves
    4. requests still being answered get a few seconds; the loop ends; exit code 0

Pages are still served during step 2: a tab whose answer just ended fetches its final form.
A second SIGINT or SIGTERM leaves at once.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.server import Server  # installs the asyncio reactor: before anything else of Twisted
from twisted.internet import reactor as _reactor
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    STDLibLogObserver,
    globalLogBeginner,
)

from chatapp.server import lifecycle, metrics
from chatapp.server.guard import (
    GuardedHTTPFactory,
    GuardedRequest,
    GuardedSocket,
    GuardedSocketFactory,
    InboundQueue,
    Limits,
)
from chatapp.server.proxies import real_client

logger = logging.getLogger("chatapp.server")
reactor: Any = _reactor

RESTARTING = 1012  # RFC 6455 registry: "Service Restart"; browsers reconnect with a random delay
REQUESTS_GET = 5.0  # seconds for requests still being answered, in step 4
SOCKETS_GET = 2.0  # seconds for the close handshakes and for the consumers' own goodbyes
EVERY = 0.02
SOON = 0.005  # between looks whether a client has taken what was sent of a download


class DrainServer(Server):
    """Serves `application` on `listener`, an already listening socket, until told to stop.

    `start` is awaited on the loop before the first connection is taken; `drain` when the end has begun.
    """

    def __init__(
        self,
        application: Any,
        listener: socket.socket,
        *,
        start: Callable[[], Awaitable[None]],
        drain: Callable[[], Awaitable[None]],
        ready: Callable[[], None],
        limits: Limits | None = None,
        proxy_hops: int = 0,
        parent_fd: int | None = None,
    ) -> None:
        self.limits = limits or Limits()
        super().__init__(
            application,
            endpoints=["adopted"],
            signal_handlers=False,
            ping_interval=self.limits.ping_every,
            ping_timeout=self.limits.ping_answer,
            websocket_max_message_size=self.limits.frame,
            websocket_max_frame_size=self.limits.frame,
            server_name="",
        )
        self.listener = listener
        self.proxy_hops = proxy_hops
        self.parent_fd = parent_fd
        self.connections: dict[Any, dict[str, Any]] = {}
        self.open_transports = 0
        self.sockets_open = 0
        self.frames_sent = 0
        self.exit_code = 0
        self._start, self._drain, self._ready = start, drain, ready
        self._frames_counted = 0
        self._stop_listening_first = False

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        """As daphne, but a long answer waits until the client has taken what was sent of it.

        daphne writes on, and a slow client's download would be held in memory whole.
        """
        await super().handle_reply(protocol, message)
        if not (message["type"] == "http.response.body" and message.get("more_body")):
            return
        waited = 0.0
        while (channel := getattr(protocol, "channel", None)) is not None and channel._waitingForTransport:
            await asyncio.sleep(SOON)
            waited += SOON
            if waited > self.limits.unread_time:
                metrics.REFUSED.labels("unread").inc()
                channel.transport.abortConnection()
                return

    # ── the life of the process ──────────────────────────────────────────────────────────────
    def run(self) -> int:
        """Serve until SIGTERM, SIGINT or the parent's end; returns the exit code."""
        self.http_factory = GuardedHTTPFactory(self, self.limits)
        self.ws_factory = GuardedSocketFactory(self, server=None)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.limits.ping_answer,
            failByDrop=False,  # a wrong or too long frame gets its close code (1002, 1007, 1009)
            allowNullOrigin=True,  # the application's exact-origin check decides
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.limits.frame,
            maxFramePayloadSize=self.limits.frame,
        )
        _log_failures()
        loop = reactor._asyncioEventloop
        asyncio.set_event_loop(loop)
        self._asked_to_stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ask_to_stop, number)
        if self.parent_fd is not None:
            loop.add_reader(self.parent_fd, self._parent_went)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.callLater(1, self._count)
        reactor.callWhenRunning(self._begin, loop)
        reactor.run(installSignalHandlers=False)
        return self.exit_code

    def ask_to_stop(self, number: int = signal.SIGTERM) -> None:
        if self._asked_to_stop.is_set():
            print("Leaving at once.", file=sys.stderr, flush=True)
            os._exit(128 + number)
        # One child of several was told to go: the others should get its share of connections now.
        self._stop_listening_first = self.parent_fd is not None
        self._asked_to_stop.set()

    def _parent_went(self) -> None:
        asyncio.get_event_loop().remove_reader(self.parent_fd or 0)
        self._asked_to_stop.set()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._life = loop.create_task(self._live())

    async def _live(self) -> None:
        try:
            await self._start()
            port = reactor.adoptStreamPort(self.listener.fileno(), self.listener.family, self.http_factory)
            self.listener.close()  # the reactor has a copy; ours would keep the address open after its end
            lifecycle.enter("serving")
            self._ready()
            await self._asked_to_stop.wait()
            await self._end(port)
        except Exception:
            logger.exception("The server ended because of a failure.")
            self.exit_code = 1
        finally:
            reactor.stop()

    async def _end(self, port: Any) -> None:
        lifecycle.enter("draining")
        if self._stop_listening_first:
            port.stopListening()
        try:
            await self._drain()
        except Exception:
            # The rest of the end must still come; replies left over are found as orphans by their lease.
            logger.exception("Saving the running replies failed.")
            self.exit_code = 1
        port.stopListening()
        for protocol in self._of(GuardedSocket):
            self._say_goodbye(protocol)
        await asyncio.gather(
            self._until(lambda: not self.sockets_open, SOCKETS_GET),
            self._until(lambda: not self._busy(GuardedRequest), REQUESTS_GET),
        )
        await self._until(lambda: not self._busy(GuardedSocket), SOCKETS_GET)
        await self._cancel_the_rest()

    def _say_goodbye(self, protocol: Any) -> None:
        if protocol.state == protocol.STATE_OPEN:
            # Not sendClose(): it allows only 1000 and 3000-4999.
            protocol.sendCloseFrame(code=RESTARTING, reasonUtf8=b"restart", isReply=False)
        elif protocol.state == protocol.STATE_CONNECTING and hasattr(protocol, "handshake_deferred"):
            protocol.serverReject()

    def _of(self, kind: type) -> list[Any]:
        return [protocol for protocol in self.connections if isinstance(protocol, kind)]

    def _busy(self, kind: type) -> list[Any]:
        tasks = (self.connections[protocol].get("application_instance") for protocol in self._of(kind))
        return [task for task in tasks if task is not None and not task.done()]

    async def _until(self, done: Callable[[], bool], seconds: float) -> None:
        # Looking every 20 ms: the ends come from Twisted, autobahn and tasks alike, and this runs once.
        deadline = asyncio.get_running_loop().time() + seconds
        while not done() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(EVERY)

    async def _cancel_the_rest(self) -> None:
        rest = self._busy(object)
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=1)

    # ── what daphne asks of a server ─────────────────────────────────────────────────────────
    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """As daphne's, with a bounded way in and the client's address as the declared proxies tell it.

        A socket's scope has an extension, `chatapp.push`: a function that sends a text frame and returns at
        once. It may be called once the socket is accepted, from the loop's thread, outside any task.
        """
        if self.proxy_hops:
            scope["client"] = real_client(scope["headers"], scope["client"], self.proxy_hops)
        queue = InboundQueue()
        scope.setdefault("asgi", {"version": "3.0"})
        if scope["type"] == "websocket":
            scope["extensions"] = {"chatapp.push": protocol.serverSend}
        if protocol not in self.connections:
            return None
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(
            self.application(scope, queue.get, _sender(self, protocol))
        )
        return queue

    def log_action(self, protocol: str, action: str, details: dict[str, Any]) -> None:
        """Requests are logged by chatapp.server.middleware; sockets have no line of their own."""

    def _count(self) -> None:
        # Per frame an addition, once a second a counter: prometheus_client's lock is not for the hot path.
        metrics.FRAMES.inc(self.frames_sent - self._frames_counted)
        self._frames_counted = self.frames_sent
        metrics.SOCKETS.set(self.sockets_open)
        metrics.CONNECTIONS.set(self.open_transports)
        reactor.callLater(1, self._count)


def _log_failures() -> None:
    """Twisted reports failures in callbacks through its own log alone, which daphne throws away."""
    only_errors: Any = LogLevelFilterPredicate(LogLevel.error)
    to_logging: Any = STDLibLogObserver("chatapp.twisted")
    failures: Any = FilteringLogObserver(to_logging, [only_errors])
    globalLogBeginner.beginLoggingTo([failures], redirectStandardIO=False, discardBuffer=True)


def _sender(server: DrainServer, protocol: Any) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def send(message: dict[str, Any]) -> None:
        await server.handle_reply(protocol, message)

    return send
