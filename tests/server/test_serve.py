"""`manage.py serve` as an operator meets it."""

import asyncio
import json
import os
import re
import signal
import socket
import time

import httpx
import psutil
import pytest
import websockets

from tests.server.process import Database, ServeProcess

PAGE = {"Accept": "text/html"}
TOKEN = "metrics-token-for-tests"
REDIS = os.environ.get("REDIS_URL") or os.environ.get("TEST_REDIS_URL")
NEEDS_REDIS = pytest.mark.skipif(not REDIS, reason="several processes need Redis (tests/run starts one)")


@pytest.fixture(scope="module")
def server():
    with ServeProcess(env={"METRICS_TOKEN": TOKEN}) as running:
        yield running


@pytest.fixture
def empty_database():
    database = Database(empty=True)
    yield database
    database.close()


def access_lines(server, path: str) -> list[dict]:
    lines = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("path") == path]


# ── starting ─────────────────────────────────────────────────────────────────────────────────
def test_the_first_start_prints_what_it_does_then_the_one_time_link_and_the_address(empty_database):
    with ServeProcess(database=empty_database) as server:
        lines = [line for line in server.output.splitlines() if not line.startswith("{")]
        starts = [line.split(" ")[0] for line in lines]
        assert lines[0] == "Chatapp is starting …"
        assert any(re.fullmatch(r"Preparing the database \(\d+ steps\) …", line) for line in lines)
        assert any("stand-in model answers" in line for line in lines)
        assert starts.index("Make") < starts.index("Ready:")
        assert server.setup_url is not None
        assert server.setup_url.startswith(server.base_url + "/setup/")
        assert httpx.get(server.setup_url, headers=PAGE).status_code == 200


def test_the_second_start_finds_everything_prepared_and_serves():
    with ServeProcess() as first:
        first.stop()
        first.env["PORT"] = first.base_url.rsplit(":", 1)[1]
        first.start()
        said = [line for line in first.output.splitlines() if not line.startswith("{")]
        assert not [line for line in said if "Preparing" in line or "Collecting" in line]
        assert httpx.get(first.base_url, headers=PAGE, follow_redirects=True).status_code == 200


def test_a_taken_port_is_said_in_plain_words_and_ends_the_start():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = ServeProcess(env={"PORT": str(port)})
        try:
            assert server.run_to_end() == 1
            assert f"Port {port} on 127.0.0.1 is taken by another program." in server.output
            assert "Traceback" not in server.output
        finally:
            server.close()


def test_host_and_port_of_the_command_line_win_over_the_environment():
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    with ServeProcess("--port", str(free), env={"PORT": "1"}) as server:
        assert server.base_url == f"http://127.0.0.1:{free}"
        # The allowed origins follow: a form posted from this very address is accepted, another is not.
        assert httpx.get(server.base_url + "/accounts/login/", headers=PAGE).status_code == 200


# ── stopping ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_quiet_server_ends_within_two_seconds_and_takes_the_stand_in_along(number):
    with ServeProcess() as server:
        family = server.family()
        assert len(family) == 2
        started = time.monotonic()
        server.signal(number)
        assert server.wait(10) == 0
        assert time.monotonic() - started < 4
        psutil.wait_procs(family, timeout=5)
        assert not [p for p in family if p.is_running()]
        assert server.output.rstrip().endswith("Stopped.")


# ── health and numbers ───────────────────────────────────────────────────────────────────────
def test_probes_are_answered_whatever_host_they_ask_for(server):
    for path in ("/healthz", "/readyz"):
        answer = httpx.get(server.base_url + path, headers={"Host": "10.0.0.7:8000"})
        assert answer.status_code == 200, answer.text
    assert httpx.get(server.base_url + "/", headers={"Host": "evil.example"}).status_code == 400


def test_without_its_tables_a_server_says_that_it_is_not_ready(empty_database):
    with ServeProcess("--no-migrate", database=empty_database) as server:
        answer = httpx.get(server.base_url + "/readyz")
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["migrations are missing: run `python manage.py migrate`"]
        assert httpx.get(server.base_url + "/healthz").status_code == 200


def test_metrics_need_their_token(server):
    url = server.base_url + "/metrics"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"Authorization": "Bearer wrong"}).status_code == 401
    answer = httpx.get(url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "chatapp_connections_open " in answer.text
    assert 'chatapp_http_requests_total{method="GET",status="401"}' in answer.text


def test_without_a_token_there_is_no_metrics_page():
    with ServeProcess() as server:
        assert httpx.get(server.base_url + "/metrics").status_code == 404
        assert httpx.get(server.base_url + "/metrics", headers={"Authorization": "Bearer x"}).status_code == 404


# ── headers and errors ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere/", "/healthz", "/readyz", "/metrics"])
def test_every_answer_carries_the_security_headers(server, path):
    headers = httpx.get(server.base_url + path, headers=PAGE).headers
    policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers


def test_static_files_carry_them_too_and_are_cached_for_good(server):
    page = httpx.get(server.base_url + "/accounts/login/", headers=PAGE).text
    sheet = re.search(r'href="(/static/css/[^"]+)"', page)[1]
    answer = httpx.get(server.base_url + sheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_address_has_a_page_for_people_and_a_sentence_for_scripts(server):
    page = httpx.get(server.base_url + "/nowhere/", headers=PAGE)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>" in page.text
    script = httpx.get(server.base_url + "/nowhere/")
    assert script.status_code == 404
    assert "Check the link" in script.json()["error"]


# ── logs ─────────────────────────────────────────────────────────────────────────────────────
def test_a_request_is_logged_as_json_without_query_token_or_body(server):
    httpx.get(server.base_url + "/accounts/login/?next=/query-secret/", headers={"X-Request-ID": "probe-12345"})
    httpx.get(server.base_url + "/join/token-secret/", headers=PAGE)
    httpx.get(server.base_url + "/accounts/password/reset/key/1-key-secret/", headers=PAGE)
    httpx.post(server.base_url + "/accounts/login/", data={"login": "body-secret@example.org"})
    httpx.get(server.base_url + "/last/")
    server.wait_for_line(r'"path": "/last/"')
    login = access_lines(server, "/accounts/login/")
    assert {"request_id": "probe-12345", "method": "GET", "status": 200}.items() <= login[-2].items()
    assert login[-2]["ms"] > 0
    assert access_lines(server, "/join/…/")
    assert "secret" not in server.output


# ── several processes ────────────────────────────────────────────────────────────────────────
def test_several_processes_without_redis_are_refused_with_a_reason():
    server = ServeProcess(processes=2, env={"REDIS_URL": None})
    try:
        assert server.run_to_end() == 1
        assert "Several processes need REDIS_URL" in server.output
    finally:
        server.close()


@NEEDS_REDIS
def test_children_share_the_address_die_alone_and_end_together():
    with ServeProcess(processes=2, env={"METRICS_TOKEN": TOKEN, "REDIS_URL": REDIS}) as server:
        workers = server.workers()
        assert len(workers) == 2
        workers[0].kill()
        server.wait_for_line(rf"Process {workers[0].pid} ended with code -9; starting another")
        assert httpx.get(server.base_url + "/healthz").status_code == 200
        deadline = time.monotonic() + 20
        while len(server.workers()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(server.workers()) == 2
        family = server.family()
        assert server.stop(20) == 0
        assert not [p for p in family if p.is_running()]


@NEEDS_REDIS
def test_numbers_of_all_processes_come_from_any_of_them():
    with ServeProcess(processes=2, env={"METRICS_TOKEN": TOKEN, "REDIS_URL": REDIS}) as server:
        for _ in range(30):
            assert httpx.get(server.base_url + "/nowhere/").status_code == 404
        text = httpx.get(server.base_url + "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
        assert 'chatapp_http_requests_total{method="GET",status="404"} 30.0' in text


@NEEDS_REDIS
def test_children_end_when_their_parent_is_killed():
    with ServeProcess(processes=2, env={"REDIS_URL": REDIS}) as server:
        workers = server.workers()
        server.process.kill()
        _, alive = psutil.wait_procs(workers, timeout=15)
        assert not alive


async def test_a_socket_from_another_origin_is_turned_away(server):
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(server.socket_url, origin="http://evil.example")
    assert refused.value.response.status_code == 403
    await asyncio.sleep(0)
