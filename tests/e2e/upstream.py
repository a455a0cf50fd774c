"""What the stand-in was asked, for tests that count calls and see them close."""

import asyncio
import time
from typing import Any

import httpx


class Upstream:
    def __init__(self, url: str):
        self.url = url

    async def calls(self, word: str) -> list[dict[str, Any]]:
        """The streamed requests whose last message contains `word` (a title is asked for without a stream)."""
        async with httpx.AsyncClient() as http:
            records = (await http.get(f"{self.url}/standin/requests")).json()
        return [
            record
            for record in records
            if isinstance(record["body"], dict)
            and record["body"].get("stream")
            and word in str(record["body"]["messages"][-1]["content"])
        ]

    async def until_closed(self, word: str, seconds: float = 5) -> dict[str, Any]:
        """The one call for `word`, once its connection is no longer in use."""
        deadline = time.monotonic() + seconds
        while True:
            [call] = await self.calls(word)
            if call["outcome"] != "running":
                return call
            assert time.monotonic() < deadline, "the stream to the model is still open"
            await asyncio.sleep(0.02)
