"""A deploy in the middle of an answer, seen from a tab, a script and a probe."""

import asyncio
import json
import signal
import time

import httpx
import pytest
import websockets

from tests.server.process import ServeProcess
from tests.server.visitor import Visitor


def until(seen, seconds: float = 15):
    """Poll `seen()` until it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come to be in time.")


def begin(server: ServeProcess, directive: str) -> tuple[Visitor, dict[str, str]]:
    """Ada asks, and the answer has begun to arrive."""
    ada = Visitor.first_admin(server)
    asked = ada.ask(f"Tell me something long. [[standin {directive}]]")
    until(lambda: any(kind == "text" for _, kind, _ in ada.tail(asked["reply"])["events"]))
    return ada, asked


async def test_an_answer_that_ends_in_time_is_complete_and_its_tab_is_told_to_come_back():
    with ServeProcess() as server:
        ada, asked = await asyncio.to_thread(begin, server, "rate=20 tokens=80 reasoning=0")
        async with ada.socket() as tab:
            await tab.send(json.dumps({"watch": asked["conversation"]}))
            server.signal(signal.SIGTERM)
            probe = await asyncio.to_thread(
                until, lambda: (r := httpx.get(server.base_url + "/readyz")).status_code == 503 and r
            )
            assert probe.json()["reasons"] == ["draining"]
            refused = await asyncio.to_thread(ada.post, f"/c/{asked['conversation']}/send/", ask="x", text="y")
            assert refused.status_code == 503
            assert refused.headers["Retry-After"]
            with pytest.raises(websockets.ConnectionClosed) as closed:
                async with asyncio.timeout(30):
                    while True:
                        await tab.recv()
            assert closed.value.rcvd.code == 1012
        assert await asyncio.to_thread(server.wait) == 0
        await asyncio.to_thread(server.start)
        ada.client.base_url = server.base_url
        tail = await asyncio.to_thread(ada.tail, asked["reply"])
        assert tail["state"] == "complete"


def test_an_answer_that_takes_too_long_is_saved_as_interrupted_with_all_its_text():
    with ServeProcess(env={"DRAIN_SECONDS": "1"}) as server:
        ada, asked = begin(server, "rate=20 tokens=2000 reasoning=0")
        before = ada.tail(asked["reply"])["events"]
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 10
        server.start()
        ada.client.base_url = server.base_url
        after = ada.tail(asked["reply"])
        assert after["state"] == "interrupted"
        assert after["events"][: len(before)] == before
        assert [seq for seq, _, _ in after["events"]] == list(range(1, len(after["events"]) + 1))
        assert after["events"][-1][1] == "end"
