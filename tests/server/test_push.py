"""Pushed frames arrive as they were sent: whole, once, in order, whatever their length and the reader's pace."""

import asyncio
import time

import httpx
import pytest
import websockets

from tests.server.tiny import TinyProcess, numbered


@pytest.fixture(scope="module")
def server():
    with TinyProcess() as running:
        yield running


def tab(server, **options):
    return websockets.connect(server.base_url.replace("http", "ws") + "/push", **options)


async def test_frames_around_every_length_form_of_the_protocol_arrive_whole(server):
    lengths = [1, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537, 300_000]
    async with tab(server) as opened, asyncio.timeout(20):
        await opened.send(" ".join(map(str, lengths)))
        assert [await opened.recv() for _ in lengths] == [numbered(length) for length in lengths]


async def test_frames_a_slow_reader_could_not_take_at_once_arrive_in_order(server):
    lengths = [60_000 + n for n in range(50)]
    async with tab(server, max_queue=1) as opened, asyncio.timeout(30):
        await opened.send(" ".join(map(str, lengths)))
        # The reader's buffers are full by then, and part of a frame is on its way.
        await asyncio.sleep(0.5)
        for length in lengths:
            assert await opened.recv() == numbered(length)
        await opened.send("7")
        assert await opened.recv() == numbered(7)


async def test_pushing_to_a_tab_that_has_just_gone_harms_nobody(server):
    for _ in range(20):
        async with tab(server) as opened:
            await opened.send("5000 " * 100)
            opened.transport.abort()
    deadline = time.monotonic() + 10
    async with tab(server) as opened, asyncio.timeout(10):
        await opened.send("9")
        assert await opened.recv() == numbered(9)
    assert time.monotonic() < deadline
    assert (await asyncio.to_thread(httpx.get, server.base_url)).status_code == 200
    assert "Traceback" not in server.output
