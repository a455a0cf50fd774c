"""An import and the end of its process."""

import re
import signal
import time

import httpx

from tests.server.process import Database, ServeProcess
from tests.takeout.chatgpt import file_of, simple

from .people import CSRF, let_in

CHATS = 1500


def browser(server: ServeProcess) -> httpx.Client:
    cookies = {"session": let_in(server)["alice"]["session"], "csrf": CSRF}
    return httpx.Client(base_url=server.base_url, cookies=cookies, headers={"X-CSRFToken": CSRF}, timeout=60)


def state(client: httpx.Client) -> str:
    found = re.search(r'data-state="(\w*)"', client.get("/data/import/").text)
    assert found
    return found[1]


def wait(client: httpx.Client, *states: str) -> str:
    deadline = time.monotonic() + 90
    while (now := state(client)) not in states:
        assert time.monotonic() < deadline, now
        time.sleep(0.05)
    return now


def upload(client: httpx.Client, data: bytes) -> None:
    client.post("/data/import/begin/", data={"name": "conversations.json", "size": len(data)}).raise_for_status()
    for at in range(0, len(data), 500_000):
        part = data[at : at + 500_000]
        headers = {"Content-Type": "application/octet-stream"}
        client.post(f"/data/import/part/?at={at}", content=part, headers=headers).raise_for_status()
    client.post("/data/import/check/").raise_for_status()
    assert wait(client, "checked", "failed") == "checked"


def percent(client: httpx.Client) -> int:
    found = re.search(r'value="(\d+)"', client.get("/data/import/").text)
    return int(found[1]) if found else 0


def test_an_import_outlives_its_process_whether_told_or_killed(environment):
    data = file_of(*(simple(f"c-{n}", f"Chat {n}") for n in range(CHATS)))
    database = Database()
    try:
        for number in (signal.SIGTERM, signal.SIGKILL, None):
            with ServeProcess(env=environment | {"DRAIN_SECONDS": "1"}, database=database) as server:
                client = browser(server)
                if number == signal.SIGTERM:
                    upload(client, data)
                    client.post("/data/import/start/").raise_for_status()
                if number is None:
                    assert wait(client, "done", "failed") == "done"
                    exported = client.post("/data/export/", data={"form": "json"})
                    assert len(exported.json()["conversations"]) == CHATS
                    continue
                while percent(client) < 5:
                    assert state(client) in ("to_bring", "bringing")
                assert "Chat 0" not in client.get("/list/").text
                if number == signal.SIGTERM:
                    assert server.stop() == 0
                else:
                    server.kill()
    finally:
        database.close()
