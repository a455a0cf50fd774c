"""A small application under the real server, for what the product's own pages would hide.

`python -m tests.server.tiny` listens on any free port and prints `Ready: <address>`. Limits and the length
of the drain come from the environment, as TINY_<NAME OF THE LIMIT> and TINY_DRAIN (seconds).
"""

import asyncio
import os
import sys
from dataclasses import fields

from chatapp.server import bind
from chatapp.server.drainserver import DrainServer
from chatapp.server.guard import Limits
from tests.server.process import ServeProcess

FRAME = "x" * 60_000


class TinyProcess(ServeProcess):
    """`with TinyProcess(header_time=1) as server:`: this module as a process, with other limits."""

    program = ("-m", "tests.server.tiny")

    def __init__(self, drain: float = 0, **limits: float) -> None:
        env = {f"TINY_{name.upper()}": str(value) for name, value in limits.items()}
        super().__init__(env={**env, "TINY_DRAIN": str(drain)})


async def application(scope, receive, send):
    if scope["type"] == "http":
        await answer(scope, receive, send)
    else:
        await talk(scope, receive, send)


async def answer(scope, receive, send):
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    if scope["path"] == "/stuck":
        await asyncio.sleep(3600)
    if scope["path"] == "/download":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(4000):  # 240 MB
            await send({"type": "http.response.body", "body": FRAME.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    body = f"{length} bytes".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def talk(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/pour":
        for _ in range(4000):  # 240 MB
            await send({"type": "websocket.send", "text": FRAME})
            await asyncio.sleep(0)
    heard = 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        heard += 1
        if scope["path"] == "/deaf":
            await asyncio.sleep(1)
        elif scope["path"] == "/push":
            for length in map(int, message["text"].split()):
                scope["extensions"]["chatapp.push"](numbered(length))
        elif scope["path"] == "/count":
            await send({"type": "websocket.send", "text": str(heard)})


def numbered(length: int) -> str:
    """A text of `length` bytes that begins with its length, and is not all ASCII where there is room."""
    text = f"{length} ä…" + "x" * length
    return text.encode()[:length].decode(errors="replace") if length > 20 else "x" * length


async def nothing():
    return None


async def drain():
    print("Draining", flush=True)
    await asyncio.sleep(float(os.environ["TINY_DRAIN"]))


def main() -> int:
    given = {f.name: os.environ.get(f"TINY_{f.name.upper()}") for f in fields(Limits)}
    limits = Limits(
        **{name: type(getattr(Limits(), name))(float(value)) for name, value in given.items() if value}
    )
    listener = bind.listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = DrainServer(
        application,
        listener,
        start=nothing,
        drain=drain,
        ready=lambda: print(f"Ready: http://127.0.0.1:{port}", flush=True),
        limits=limits,
    )
    return server.run()


if __name__ == "__main__":
    sys.exit(main())
