"""The yardstick: the least a Channels consumer on daphne can do with a model's stream.

    python -m tests.bench.relay --upstream http://127.0.0.1:9000 --port 9001

httpx reads lines, json decodes them, every token goes out as a frame of its own. Nobody signs in, nothing is
stored, a reload loses the answer. A socket says `{"ask": "…"}` and gets `{"token": "…"}` … `{"end": true}`.
"""

import argparse
import asyncio
import json
from typing import Any

import httpx
from channels.generic.websocket import AsyncWebsocketConsumer
from daphne.server import Server
from django.conf import settings


class Relay(AsyncWebsocketConsumer):
    upstream = ""
    client: httpx.AsyncClient | None = None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        # A task: a consumer handles one message at a time, and must stay able to hear of the socket's end.
        self.answering = asyncio.create_task(self._answer(json.loads(text_data or "{}")["ask"]))

    async def disconnect(self, code: int) -> None:
        if answering := getattr(self, "answering", None):
            answering.cancel()

    async def _answer(self, question: str) -> None:
        body = {"messages": [{"role": "user", "content": question}], "stream": True, "max_tokens": 100_000}
        async with _client().stream("POST", self.upstream, json=body, headers=HEADERS) as response:
            async for line in response.aiter_lines():
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                for choice in json.loads(line[6:]).get("choices", ()):
                    if token := choice["delta"].get("content"):
                        await self.send(json.dumps({"token": token}))
        await self.send(json.dumps({"end": True}))


HEADERS = {"authorization": "Bearer standin"}


def _client() -> httpx.AsyncClient:
    if Relay.client is None:
        Relay.client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None))
    return Relay.client


def main() -> None:
    parser = argparse.ArgumentParser(description="A bare relay on Channels and daphne.")
    parser.add_argument("--upstream", required=True, help="the stand-in's address")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    settings.configure(SECRET_KEY="only for the benchmark")
    Relay.upstream = f"{arguments.upstream}/client/v4/accounts/standin/ai/run/gpt-oss-20b"
    inner: Any = Relay.as_asgi()
    ready = lambda: print("Ready", flush=True)  # noqa: E731
    Server(inner, [f"tcp:port={arguments.port}:interface=127.0.0.1"], ready_callable=ready).run()


if __name__ == "__main__":
    main()
