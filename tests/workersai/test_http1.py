"""The transport against bytes of HTTP/1.1, good and bad, over TCP and TLS."""

import asyncio
import ssl
import subprocess
from contextlib import asynccontextmanager

import httpx
import pytest

from chatapp.workersai.http1 import MAX_BUFFERED_BYTES, Http1Transport


@asynccontextmanager
async def speaking(*pieces: bytes, close: bool = False, context: ssl.SSLContext | None = None):
    """A server that answers each request with `pieces`, a moment apart. Gives its address and its connections."""
    connections = []

    async def serve(reader, writer):
        connections.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
                await reader.readexactly(int(length[0].split(b":")[1]))
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    if len(pieces) > 1:
                        await asyncio.sleep(0)
                if close:
                    writer.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{port}/", connections
    finally:
        server.close()


@asynccontextmanager
async def browsing(context: ssl.SSLContext | None = None, **options):
    transport = Http1Transport(context or ssl.create_default_context(), **options)
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=5) as client:
        yield client


async def get(url: str, times: int = 1) -> list[httpx.Response]:
    async with browsing() as client:
        async with asyncio.timeout(10):
            return [await client.post(url, content=b"{}") for _ in range(times)]


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
)


@pytest.mark.parametrize(
    ("raw", "close"),
    [
        (CHUNKED, False),
        (b"HTTP/1.1 200\r\nContent-Length:11  \r\n\r\nhello world", False),
        (b"HTTP/1.1 200 OK\r\n\r\nhello world", True),
        (b"HTTP/1.0 200 OK\r\n\r\nhello world", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + CHUNKED, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00b\r\nhello world\r\n000\r\n\r\n", False),
    ],
)
async def test_every_framing_of_a_body_is_read_at_any_cut(raw, close):
    for cut in range(0, len(raw) + 1, 7):
        async with speaking(raw[:cut], raw[cut:], close=close) as (url, _):
            [response] = await get(url)
            assert (response.status_code, response.content) == (200, b"hello world"), f"cut at {cut}"


async def test_a_body_in_crumbs_is_read():
    async with speaking(*(CHUNKED[i : i + 1] for i in range(len(CHUNKED)))) as (url, _):
        [response] = await get(url)
    assert response.content == b"hello world"


async def test_a_connection_is_used_again_after_its_answer_was_read():
    async with speaking(CHUNKED) as (url, connections):
        for response in await get(url, times=3):
            assert response.content == b"hello world"
    assert len(connections) == 1


@pytest.mark.parametrize(
    "raw",
    [
        CHUNKED.replace(b"Content-Type: text/event-stream", b"Connection: close"),
        CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0"),
        CHUNKED.replace(b"Content-Type: text/event-stream", b"Content-Length: 11"),
        CHUNKED + b"left over",
    ],
)
async def test_a_connection_that_may_not_be_trusted_any_further_is_not_used_again(raw):
    async with speaking(raw) as (url, connections):
        for response in await get(url, times=2):
            assert response.content == b"hello world"
    assert len(connections) == 2


async def test_a_kept_connection_ends_after_its_time():
    async with speaking(CHUNKED) as (url, connections), browsing(keep_alive=0.02) as client:
        await client.post(url, content=b"{}")
        await asyncio.sleep(0.05)
        await client.post(url, content=b"{}")
    assert len(connections) == 2


async def test_a_connection_left_in_the_middle_of_a_body_is_closed():
    async with speaking(CHUNKED[:-7]) as (url, connections), browsing() as client:
        async with client.stream("POST", url, content=b"{}") as response:
            async for _ in response.aiter_raw():
                break
        async with asyncio.timeout(2):
            while not connections[0].is_closing():
                connections[0].write(b"1\r\nx\r\n")
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 000 No\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSpace : b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5000,
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70_000,
    ],
)
async def test_what_is_no_http_is_refused(raw):
    async with speaking(raw) as (url, _):
        with pytest.raises(httpx.RemoteProtocolError):
            await get(url)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
)
async def test_an_answer_that_ends_early_is_an_error(raw):
    async with speaking(raw, close=True) as (url, _):
        with pytest.raises(httpx.ReadError):
            await get(url)


async def test_a_header_with_a_line_break_does_not_go_out():
    async with speaking(CHUNKED) as (url, _), browsing() as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.post(url, headers={"x": "a\r\nInjected: b"}, content=b"{}")


async def test_a_reader_that_is_not_reading_does_not_fill_the_memory():
    piece = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with (
        speaking(head, *[piece] * 400, b"0\r\n\r\n") as (url, _),
        browsing() as client,
        client.stream("POST", url, content=b"{}") as response,
    ):
        await asyncio.sleep(0.2)
        connection = response.stream._stream._connection
        assert connection._buffered < MAX_BUFFERED_BYTES + 512 * 1024
        assert len(await response.aread()) == 400 * 65536


async def test_connecting_is_bounded():
    # An address that is routed nowhere (RFC 5737). A network that answers for it refuses at once.
    nowhere = "http://192.0.2.1:9/"
    async with browsing() as client, asyncio.timeout(3):
        with pytest.raises((httpx.ConnectTimeout, httpx.ConnectError)):
            await client.post(nowhere, content=b"{}", timeout=httpx.Timeout(None, connect=0.2))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1"], cwd=folder, check=True, capture_output=True
    )
    return folder


async def test_tls_is_spoken_and_certificates_are_checked(certificate):
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    async with speaking(CHUNKED, context=serving) as (url, _):
        async with browsing(trusting) as client:
            assert (await client.post(url, content=b"{}")).content == b"hello world"
        async with browsing() as client:
            with pytest.raises(httpx.ConnectError):
                await client.post(url, content=b"{}")
