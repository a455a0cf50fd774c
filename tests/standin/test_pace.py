"""Tokens leave evenly, wait for slow readers, and stop when the reader leaves."""

import json
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from .wire import HEADERS, RUN, Wire, body, eventually


def stamps(wire: Wire, directive: str) -> list[int]:
    """Times of sending in ns, from one stream."""
    times = []
    asked = body(f"[[standin stamp=1 reasoning=0 {directive}]]", stream=True)
    with wire.http.stream("POST", RUN, json=asked, headers=HEADERS) as response:
        for line in response.iter_lines():
            if '"content":"t' in line:
                content = json.loads(line.removeprefix("data: "))["choices"][0]["delta"]["content"]
                times.append(int(content[1:]))
    return times


def test_a_rate_is_kept_evenly(wire: Wire):
    times = stamps(wire, "rate=100 tokens=60")
    gaps = [(b - a) / 1e6 for a, b in pairwise(times)]
    assert 0.55 < (times[-1] - times[0]) / 1e9 < 1.2
    assert statistics.median(gaps) == pytest.approx(10, abs=4)


def test_many_streams_keep_their_rate_beside_each_other(wire: Wire):
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda n: stamps(wire, f"rate=50 tokens=40 x={n}"), range(20)))
    for times in found:
        assert len(times) == 40
        assert 0.7 < (times[-1] - times[0]) / 1e9 < 1.8


def test_a_rate_of_zero_is_as_fast_as_it_goes(wire: Wire):
    began = time.monotonic()
    assert len(stamps(wire, "rate=0 tokens=3000")) == 3000
    assert time.monotonic() - began < 2


def test_the_servers_rate_holds_where_none_is_asked(wire: Wire):
    from chatapp.standin import launch

    with launch.start("--rate", "40") as running:
        times = stamps(Wire(running.url), "tokens=20")
    assert 0.42 < (times[-1] - times[0]) / 1e9 < 1.2


def begin(wire: Wire, directive: str) -> socket.socket:
    """A stream begun on a bare socket, its first bytes read."""
    host, port = wire.url.removeprefix("http://").split(":")
    asked = json.dumps(body(f"[[standin {directive}]]", stream=True, max_tokens=100_000)).encode()
    head = f"POST {RUN} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer t\r\ncontent-length: {len(asked)}\r\n\r\n"
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(head.encode() + asked)
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return connection


def test_a_client_that_leaves_is_noticed(wire: Wire):
    connection = begin(wire, "rate=50 tokens=5000 x=leaves")
    time.sleep(0.2)
    connection.close()
    record = eventually(lambda: next((r for r in wire.records("x=leaves") if r["outcome"] != "running"), None))
    assert record["outcome"] == "client_closed"
    assert 0 < record["tokens_sent"] < 100
    assert 150 < record["closed_after_ms"] < 2000


def test_a_client_that_leaves_a_stall_is_noticed(wire: Wire):
    connection = begin(wire, "fault=stall after=1 x=stalled")
    connection.close()
    eventually(lambda: wire.records("x=stalled")[0]["outcome"] == "client_closed")


def test_a_client_that_does_not_read_is_waited_for(wire: Wire):
    with begin(wire, "rate=0 tokens=90000 x=slow") as connection:
        seen = -1

        def settled() -> bool:
            nonlocal seen
            before, seen = seen, wire.records("x=slow")[0]["tokens_sent"]
            time.sleep(0.1)
            return seen == before

        eventually(settled)
        assert 0 < seen < 60_000
        received = b""
        while not received.endswith(b"0\r\n\r\n"):
            received = (received + connection.recv(1 << 20))[-64:]
    assert eventually(lambda: wire.records("x=slow")[0]["outcome"] == "finished")
    assert wire.records("x=slow")[0]["tokens_sent"] > 90_000


class TestRecords:
    def test_a_finished_request_is_recorded_with_its_body(self, wire: Wire):
        wire.stream("[[standin x=recorded tokens=9 reasoning=2]]")
        (record,) = wire.records("x=recorded")
        assert record["path"] == RUN
        assert record["method"] == "POST"
        assert record["body"]["stream"] is True
        assert (record["status"], record["outcome"], record["tokens_sent"]) == (200, "finished", 11)
        assert abs(record["time"] - time.time()) < 20

    def test_no_token_is_kept(self, wire: Wire):
        wire.post(body("[[standin x=secret]]"), authorization="Bearer very-secret", x_session_affinity="abc")
        assert wire.records("x=secret")[0]["headers"]["x-session-affinity"] == "abc"
        assert "very-secret" not in wire.http.get("/standin/requests").text

    def test_refusals_and_cuts_are_recorded_as_such(self, wire: Wire):
        wire.post(body("[[standin fault=quota x=refused]]"))
        wire.raw("[[standin fault=cut after=2 x=cut]]")
        assert wire.records("x=refused")[0]["status"] == 429
        assert wire.records("x=cut")[0]["outcome"] == "cut"

    def test_they_can_be_forgotten(self):
        from chatapp.standin import launch

        with launch.start() as running:
            other = Wire(running.url)
            other.post(body("hello"))
            assert len(other.records("")) == 1
            assert other.http.delete("/standin/requests").status_code == 204
            assert other.records("") == []

    def test_the_last_thousand_are_kept(self):
        from chatapp.standin.records import Record, Records

        records = Records()
        for n in range(1100):
            records.add(Record("POST", str(n), {}, 10, None))
        assert [r["path"] for r in records.shown()] == [str(n) for n in range(100, 1100)]

    def test_old_bodies_are_forgotten_when_they_weigh_too_much(self, monkeypatch):
        from chatapp.standin import records as module

        monkeypatch.setattr(module, "KEPT_BYTES", 25)
        records = module.Records()
        for n in range(4):
            records.add(module.Record("POST", str(n), {}, 10, {"n": n}))
        assert [r["body"] for r in records.shown()] == [None, None, {"n": 2}, {"n": 3}]
