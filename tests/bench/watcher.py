"""The readers' side, a process of its own: many sockets, each noting when which token arrived.

    python -m tests.bench.watcher < job.json > result.json

It does as little as it can while tokens arrive (walk the frames' heads, keep bytes and time) and reads the tokens'
stamps afterwards: the less it takes of its core, the less it adds to what it measures. `monotonic_ns` is the
machine's clock, so the time of sending (the token itself, see the stand-in's `stamp`) can be subtracted.
"""

import asyncio
import json
import re
import statistics
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

STAMP = re.compile(rb"t(\d{6,}) ")
ACK_EVERY = 25  # as the page does (static/js/chat/socket.js)
PATIENCE = 3.0  # times the ideal time; what has not come by then is lost


@dataclass
class Stream:
    """One answer being watched; times in nanoseconds of the monotonic clock."""

    asked: int = 0
    ended: int = 0
    arrived: list[tuple[int, bytes]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, payload: bytes, now: int, is_end: bool) -> None:
        self.arrived.append((now, payload))
        if is_end:
            self.ended = now
            self.over.set()

    def tokens(self) -> list[tuple[int, int]]:
        """(sent, arrived) of each token."""
        return [(int(stamp), now) for now, payload in self.arrived for stamp in STAMP.findall(payload)]


class Socket(asyncio.Protocol):
    """A websocket client that only knows what these servers send: whole, unmasked frames."""

    def __init__(self, request: bytes, end: bytes) -> None:
        self._request, self._end = request, end
        self._buffer = bytearray()
        self._open = False
        self._grew = 0
        self.stream = Stream()
        self.opened = asyncio.Event()
        self.watching = asyncio.Event()
        self.closed = ""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closed or f"connection lost: {exc}"
        for event in (self.opened, self.watching, self.stream.over):
            event.set()

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        buffer = self._buffer
        buffer += data
        if not self._open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                self.closed = bytes(buffer[:end]).decode()
                self._transport.abort()
                return
            del buffer[: end + 4]
            self._open = True
            self.opened.set()
        at = 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + length:
                break
            self._frame(buffer[at] & 15, bytes(buffer[start : start + length]), now)
            at = start + length
        del buffer[:at]

    def _frame(self, kind: int, payload: bytes, now: int) -> None:
        if kind == 1:
            if payload.startswith(b'{"t":"grew"'):
                self._grew += 1
                if self._grew % ACK_EVERY == 0:
                    self.say({"ack": self._grew})
            elif payload.startswith(b'{"t":"watching"'):
                self.watching.set()
            self.stream.take(payload, now, self._end in payload)
        elif kind == 9:
            self._write(0x8A, payload)
        elif kind == 8:
            self.closed = f"closed with {int.from_bytes(payload[:2], 'big')}"
            self._transport.close()

    def say(self, word: dict[str, Any]) -> None:
        self._write(0x81, json.dumps(word).encode())

    def _write(self, kind: int, payload: bytes) -> None:
        # Masked with zeros: allowed, and the payload stays as it is.
        size = len(payload)
        head = bytes([kind, 0x80 | size]) if size < 126 else bytes([kind, 0x80 | 126]) + size.to_bytes(2, "big")
        self._transport.write(head + bytes(4) + payload)

    def close(self) -> None:
        self._transport.abort()


class Raw(asyncio.Protocol):
    """The stand-in itself, without anything in between."""

    def __init__(self, stream: Stream, request: bytes) -> None:
        self._stream, self._request = stream, request

    def connection_made(self, transport: Any) -> None:
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._stream.take(data, time.monotonic_ns(), b"[DONE]" in data)


def _upgrade(job: dict[str, Any], path: str, cookie: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{job['port']}", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: YmVuY2htYXJrYmVuY2htYQ==", "Sec-WebSocket-Version: 13",
             f"Origin: http://127.0.0.1:{job['port']}", f"Cookie: {cookie}", "", ""]  # fmt: skip
    return "\r\n".join(lines).encode()


def _post(path: str, port: int, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Chatapp:
    """Ask by a post, watch by the socket, as the page does."""

    def __init__(self, job: dict[str, Any], number: int) -> None:
        self._job = job
        self._person = job["people"][number]
        self._socket: Socket

    async def ready(self) -> None:
        loop = asyncio.get_running_loop()
        request = _upgrade(self._job, "/ws/", self._person["cookie"])
        _, self._socket = await loop.create_connection(
            lambda: Socket(request, b'"end",{'), "127.0.0.1", self._job["port"]
        )
        await self._socket.opened.wait()
        self._socket.say({"watch": self._person["conversation"]})
        await self._socket.watching.wait()
        if self._socket.closed:
            raise RuntimeError(f"The socket was refused: {self._socket.closed}")

    async def ask(self, question: str) -> Stream:
        stream = self._socket.stream = Stream()
        body = urlencode({"ask": str(uuid.uuid4()), "text": question}).encode()
        port = self._job["port"]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{port}",
            "Cookie": self._person["cookie"],
            "X-CSRFToken": self._person["csrf"],
        }
        path = f"/c/{self._person['conversation']}/send/"
        stream.asked = time.monotonic_ns()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_post(path, port, body, headers))
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer[:20]:
            raise RuntimeError(f"The question was refused: {answer[-400:].decode(errors='replace')}")
        return stream

    def close(self) -> None:
        self._socket.close()


class Relayed:
    def __init__(self, job: dict[str, Any], number: int) -> None:
        self._job = job
        self._socket: Socket

    async def ready(self) -> None:
        request = _upgrade(self._job, "/", "")
        loop = asyncio.get_running_loop()
        _, self._socket = await loop.create_connection(
            lambda: Socket(request, b'{"end"'), "127.0.0.1", self._job["port"]
        )
        await self._socket.opened.wait()

    async def ask(self, question: str) -> Stream:
        stream = self._socket.stream = Stream(asked=time.monotonic_ns())
        self._socket.say({"ask": question})
        return stream

    def close(self) -> None:
        self._socket.close()


class Direct:
    def __init__(self, job: dict[str, Any], number: int) -> None:
        self._port = job["port"]
        self._transport: Any = None

    async def ready(self) -> None:
        """Nothing to open ahead."""

    async def ask(self, question: str) -> Stream:
        body = {"messages": [{"role": "user", "content": question}], "stream": True, "max_tokens": 100_000}
        path = "/client/v4/accounts/standin/ai/run/gpt-oss-20b"
        headers = {"Authorization": "Bearer standin", "Content-Type": "application/json"}
        request = _post(path, self._port, json.dumps(body).encode(), headers)
        stream = Stream(asked=time.monotonic_ns())
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: Raw(stream, request), "127.0.0.1", self._port)
        return stream

    def close(self) -> None:
        self._transport.abort()


KINDS = {"chatapp": Chatapp, "relay": Relayed, "direct": Direct}


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    """`job`: kind, port, people, streams, tokens, rate, ramp (seconds over which the questions are spread),
    repeats (questions one after the other per stream)."""
    count, tokens, rate = job["streams"], job["tokens"], job["rate"]
    clients = [KINDS[job["kind"]](job, number) for number in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(client.ready() for client in clients[start : start + 20]))
    await asyncio.sleep(0.5)
    ideal = tokens / rate
    began = time.monotonic_ns()
    print(json.dumps({"began": began}), flush=True)
    streams: list[Stream] = []

    async def one(number: int) -> None:
        await asyncio.sleep(job["ramp"] * number / count)
        for repeat in range(job.get("repeats", 1)):
            question = f"[[standin stamp=1 reasoning=0 tokens={tokens} rate={rate:g} x={number}-{repeat}]]"
            stream = await clients[number].ask(question)
            streams.append(stream)
            try:
                async with asyncio.timeout(PATIENCE * ideal + 5):
                    await stream.over.wait()
            except TimeoutError:
                return
            if repeat + 1 < job.get("repeats", 1):
                await asyncio.sleep(0.15)

    await asyncio.gather(*(one(number) for number in range(count)))
    finished = time.monotonic_ns()
    for client in clients:
        client.close()
    return {"finished": finished, **_figures(streams, tokens * count * job.get("repeats", 1))}


def _figures(streams: list[Stream], wanted: int) -> dict[str, Any]:
    """What came of it; latencies in ms. `window`: the time in which all streams ran, and the tokens in it."""
    waits: list[float] = []
    firsts: list[float] = []
    unique = total = 0
    arrivals: list[int] = []
    for stream in streams:
        seen = stream.tokens()
        total += len(seen)
        unique += len({sent for sent, _ in seen})
        waits += [(now - sent) / 1e6 for sent, now in seen]
        arrivals += [now for _, now in seen]
        if seen:
            firsts.append((seen[0][1] - stream.asked) / 1e6)
    cuts = statistics.quantiles(waits, n=1000) if len(waits) > 1 else [float("nan")] * 999
    opened = max((s.asked for s in streams), default=0) + 500_000_000
    closed = min((s.ended for s in streams if s.ended), default=0) - 200_000_000
    return {
        "p50": cuts[499],
        "p99": cuts[989],
        "worst": max(waits, default=float("nan")),
        "first": firsts,
        "tokens": total,
        "lost": wanted - unique,
        "doubled": total - unique,
        "window": [opened, closed, sum(opened <= now < closed for now in arrivals)],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))), flush=True)
