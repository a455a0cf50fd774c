"""A server of a few lines over real TCP that answers as a test says, and remembers what it was asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson

from tests.workersai.wire import delta, finish, sse

Script = Callable[["Asked"], Awaitable[None]]


class Asked:
    """One request, and the pen to answer it with."""

    def __init__(self, path: str, headers: dict[str, str], body: dict, writer: asyncio.StreamWriter) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.at = asyncio.get_running_loop().time()
        self.gone = asyncio.Event()  # the client closed the connection
        self.gone_at = 0.0
        self._writer = writer

    async def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"content-type: {kind}", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def refuse(self, status: int, code: int, message: str, **headers: str) -> None:
        body = {"result": None, "success": False, "errors": [{"code": code, "message": message}], "messages": []}
        await self.answer(status, orjson.dumps(body), **headers)

    async def open(self, kind: str = "text/event-stream", **headers: str) -> None:
        lines = ["HTTP/1.1 200 OK", f"content-type: {kind}", "transfer-encoding: chunked"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    async def send(self, data: bytes) -> None:
        if data:
            await self.write(b"%x\r\n%s\r\n" % (len(data), data))

    async def end(self) -> None:
        await self.write(b"0\r\n\r\n")

    async def stream(self, *payloads: object) -> None:
        """A whole stream, ended as it should be."""
        await self.open()
        await self.send(sse(*payloads) + b"data: [DONE]\n\n")
        await self.end()

    async def say(self, text: str) -> None:
        await self.stream(delta(content=text), finish("stop"))

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def cut(self) -> None:
        """Break the connection, as a crash does."""
        self._writer.transport.abort()

    async def watch_for_the_end(self) -> None:
        await self.gone.wait()


class Upstream:
    """`base` is its address, `asked` what it was asked, in order."""

    def __init__(self, script: Script | list[Script]) -> None:
        self._script = script
        self.asked: list[Asked] = []
        self.base = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                asked = await self._read(reader, writer)
                self.asked.append(asked)
                watcher = asyncio.create_task(self._notice_the_end(asked, reader, writer))
                try:
                    await self._next(asked)
                finally:
                    if not writer.transport.is_closing():
                        watcher.cancel()
        writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Asked(first.split(" ")[1], headers, orjson.loads(body), writer)

    async def _next(self, asked: Asked) -> None:
        if isinstance(self._script, list):
            await self._script[min(len(self.asked), len(self._script)) - 1](asked)
        else:
            await self._script(asked)

    async def _notice_the_end(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while not (writer.transport.is_closing() or reader.at_eof()):
            await asyncio.sleep(0.005)
        asked.gone_at = asyncio.get_running_loop().time()
        asked.gone.set()


@asynccontextmanager
async def upstream(*script: Script) -> AsyncIterator[Upstream]:
    """Serves the first request with the first script, and so on; the last serves all that come after."""
    server = Upstream(list(script))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.base = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/client/v4"
    try:
        yield server
    finally:
        listening.close()
