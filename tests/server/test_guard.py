"""Caps below Django, over real TCP against the real server."""

import asyncio
import contextlib
import os
import socket
import stat
import threading
import time

import httpx
import pytest
import websockets

from tests.server.tiny import TinyProcess

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server():
    with TinyProcess() as running:
        yield running


def connect(server) -> socket.socket:
    port = int(server.base_url.rsplit(":", 1)[1])
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def disk_held(server) -> int:
    """Bytes in regular files that the server holds open, unlinked ones included."""
    total = 0
    for number in os.listdir(f"/proc/{server.pid}/fd"):
        with contextlib.suppress(OSError):
            status = os.stat(f"/proc/{server.pid}/fd/{number}")
            if stat.S_ISREG(status.st_mode):
                total += status.st_size
    return total


def read_all(connection: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


def pour(connection: socket.socket, head: bytes, piece: bytes, total: int) -> int:
    """Send `head`, then pieces until `total` bytes or until the server will not have more; returns bytes sent."""
    sent = 0
    try:
        connection.sendall(head)
        while sent < total:
            connection.sendall(piece)
            sent += len(piece)
    except (BrokenPipeError, ConnectionResetError, TimeoutError):
        pass
    return sent


def test_a_body_of_one_gibibyte_is_refused_before_it_arrives(server):
    memory = server.memory()
    with connect(server) as connection:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (1024 * MIB)
        sent = pour(connection, head, b"x" * 65536, 1024 * MIB)
    assert sent < 64 * MIB
    assert server.memory() - memory < 16 * MIB
    assert disk_held(server) < MIB


def test_the_refusal_of_a_long_body_reaches_a_client_that_is_still_sending(server):
    with connect(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (1024 * MIB))
        connection.sendall(b"x" * 300_000)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Shorten it" in answer
    assert b"content-security-policy: default-src 'none'" in answer


def test_a_client_that_asks_first_is_told_not_to_send(server):
    with connect(server) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (2 * MIB)
        )
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in answer


def test_a_body_of_undeclared_length_is_cut_at_the_cap(server):
    memory = server.memory()
    most = 0
    done = threading.Event()

    def watch():
        nonlocal most
        while not done.is_set():
            most = max(most, disk_held(server))
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with connect(server) as connection:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        sent = pour(connection, head, b"10000\r\n" + b"x" * 65536 + b"\r\n", 1024 * MIB)
    done.set()
    watcher.join()
    assert sent < 64 * MIB
    assert most < 2 * MIB
    assert server.memory() - memory < 16 * MIB


def test_bodies_up_to_the_cap_arrive_whole_and_the_connection_stays_usable(server):
    with httpx.Client(base_url=server.base_url) as client:
        for size in (0, 1, 99_999, 100_000, MIB):
            assert client.post("/", content=b"x" * size).text == f"{size} bytes"
        pieces = (b"y" * 70_000 for _ in range(14))
        assert client.post("/", content=pieces).text == f"{14 * 70_000} bytes"
        assert client.post("/", content=b"x" * (MIB + 1)).status_code == 413


def test_a_client_that_drips_its_headers_is_cut():
    with TinyProcess(header_time=1) as server, connect(server) as connection:
        started = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - started < 8:
                connection.sendall(b"X-Drip: 1\r\n")
                time.sleep(0.2)
        assert time.monotonic() - started < 6


def test_a_client_that_drips_its_body_is_cut_but_a_slow_answer_is_not():
    with TinyProcess(header_time=1, body_time=1) as server, connect(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")
        assert httpx.get(server.base_url + "/slow").text == "0 bytes"


def test_connections_above_the_cap_are_turned_away_until_others_leave():
    with TinyProcess(connections=16) as server:
        held = [connect(server) for _ in range(16)]
        deadline = time.monotonic() + 5
        refused = False
        while not refused and time.monotonic() < deadline:
            try:
                httpx.get(server.base_url)
            except httpx.HTTPError:
                refused = True
        for connection in held:
            connection.close()
        answer = None
        while answer is None and time.monotonic() < deadline + 5:
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(server.base_url)
        assert refused
        assert answer is not None
        assert answer.status_code == 200


async def test_websockets_count_as_connections_and_are_counted_off_again():
    with TinyProcess(connections=4) as server:
        url = server.base_url.replace("http", "ws") + "/count"
        for _ in range(10):
            async with websockets.connect(url) as tab:
                await tab.send("a")
                assert await tab.recv() == "1"
        assert (await asyncio.to_thread(httpx.get, server.base_url)).status_code == 200


async def test_a_frame_above_64_kib_closes_the_socket(server):
    async with websockets.connect(server.base_url.replace("http", "ws") + "/count") as tab:
        await tab.send("x" * 65_536)
        assert await tab.recv() == "1"
        await tab.send("x" * 65_537)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(tab.recv(), 10)
    assert closed.value.rcvd.code == 1009


HANDSHAKE = (
    b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_a_socket_that_never_reads_is_dropped_and_costs_a_bounded_amount_of_memory(server):
    memory = server.memory()
    with connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(HANDSHAKE % b"/pour")
        most = memory
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            most = max(most, server.memory())
            time.sleep(0.02)
        assert httpx.get(server.base_url).status_code == 200
        assert most - memory < 24 * MIB
        connection.settimeout(10)
        assert len(read_all(connection)) < 12 * MIB


def masked_frame(payload: bytes) -> bytes:
    length = len(payload)
    head = bytes([0x81, 0x80 | 126]) + length.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


def test_a_socket_that_floods_is_not_read_faster_than_the_application_listens(server):
    memory = most = server.memory()
    with connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        connection.sendall(HANDSHAKE % b"/deaf")
        assert b"101" in connection.recv(4096)
        connection.settimeout(0.2)
        frame = masked_frame(b"x" * 60_000)
        deadline = time.monotonic() + 8
        sent = 0
        while time.monotonic() < deadline and sent < 64 * MIB:
            with contextlib.suppress(TimeoutError):
                sent += connection.send(frame[sent % len(frame) :])
            most = max(most, server.memory())
        assert httpx.get(server.base_url).status_code == 200
    # 64 frames wait in the server; the rest of what was sent lies in the system's buffers.
    assert sent < 16 * MIB
    assert most - memory < 16 * MIB


async def test_a_paused_socket_is_read_again_once_the_application_has_caught_up(server):
    async with websockets.connect(server.base_url.replace("http", "ws") + "/count") as tab:
        for _ in range(2000):
            await tab.send("x")
        seen = ""
        async with asyncio.timeout(20):
            while seen != "2000":
                seen = await tab.recv()


def test_a_download_that_nobody_reads_costs_a_bounded_amount_of_memory_and_ends():
    with TinyProcess(unread_time=2) as server, connect(server) as connection:
        before = server.memory()
        connection.sendall(b"GET /download HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1)
        assert server.memory() - before < 30 * MIB
        time.sleep(3)
        assert len(read_all(connection)) < 100 * MIB


def test_a_download_that_is_read_slowly_arrives_whole():
    with TinyProcess() as server:
        total = 0
        with httpx.stream("GET", server.base_url + "/download") as answer:
            for number, chunk in enumerate(answer.iter_bytes()):
                total += len(chunk)
                if number in (10, 100):
                    time.sleep(1)
        assert total == 240_000_000
