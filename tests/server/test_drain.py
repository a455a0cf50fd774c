"""The end of a process: what tabs, requests and probes see of it."""

import asyncio
import contextlib
import signal
import time

import httpx
import pytest
import websockets

from tests.server.tiny import TinyProcess


def ws(server, path="/count") -> str:
    return server.base_url.replace("http", "ws") + path


async def test_sigterm_closes_sockets_with_1012_and_exits_with_0():
    with TinyProcess() as server:
        async with websockets.connect(ws(server)) as tab:
            server.signal(signal.SIGTERM)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await asyncio.wait_for(tab.recv(), 10)
        assert closed.value.rcvd.code == 1012
        assert await asyncio.to_thread(server.wait, 10) == 0


async def test_a_request_being_answered_is_answered_to_its_end():
    with TinyProcess() as server:
        async with httpx.AsyncClient() as client:
            answer = asyncio.create_task(client.get(server.base_url + "/slow"))
            await asyncio.sleep(0.3)
            server.signal(signal.SIGTERM)
            assert (await answer).text == "0 bytes"
        assert await asyncio.to_thread(server.wait, 10) == 0


async def test_while_draining_pages_are_served_frames_flow_and_new_sockets_are_refused():
    with TinyProcess(drain=1.5) as server:
        async with websockets.connect(ws(server)) as tab:
            server.signal(signal.SIGTERM)
            await asyncio.to_thread(server.wait_for_line, "Draining")
            await tab.send("still there?")
            assert await tab.recv() == "1"
            page = await asyncio.to_thread(httpx.get, server.base_url)
            assert page.status_code == 200
            assert page.headers["connection"] == "close"
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(ws(server))
            assert refused.value.response.status_code == 503
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await asyncio.wait_for(tab.recv(), 10)
        assert closed.value.rcvd.code == 1012
        assert await asyncio.to_thread(server.wait, 10) == 0


def test_a_second_signal_leaves_at_once():
    with TinyProcess(drain=30) as server:
        server.signal(signal.SIGINT)
        server.wait_for_line("Draining")
        started = time.monotonic()
        server.signal(signal.SIGINT)
        assert server.wait(5) == 130
        assert time.monotonic() - started < 2


async def test_an_application_that_hangs_does_not_hold_the_end():
    with TinyProcess() as server:
        async with httpx.AsyncClient(timeout=30) as client:
            stuck = asyncio.create_task(client.get(server.base_url + "/stuck"))
            await asyncio.sleep(0.3)
            started = time.monotonic()
            server.signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.wait, 15) == 0
            assert time.monotonic() - started < 12
            with contextlib.suppress(httpx.HTTPError):
                await stuck


async def test_a_tab_that_never_answers_the_close_does_not_hold_the_end():
    with TinyProcess() as server:
        port = int(server.base_url.rsplit(":", 1)[1])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"GET /count HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await asyncio.sleep(0.3)
        started = time.monotonic()
        server.signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.wait, 15) == 0
        assert time.monotonic() - started < 8
        writer.close()
