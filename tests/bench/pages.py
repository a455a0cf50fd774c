"""What a member waits for besides tokens: the server's start, its memory, a long list, a long conversation."""

import json
import statistics
import time
from typing import Any

import httpx

from tests.server.process import Database, ServeProcess

CONVERSATIONS = 5000
MESSAGES = 1000
TIMES = 20


def start_up() -> dict[str, float]:
    """Seconds from the command to the first page, on an empty and on a prepared database; idle memory in MB."""
    database = Database(empty=True)
    try:
        first, _ = _start(database)
        second, memory = _start(database)
    finally:
        database.close()
    return {"first start s": first, "second start s": second, "idle memory MB": memory / 1e6}


def _start(database: Database) -> tuple[float, int]:
    began = time.monotonic()
    with ServeProcess(database=database) as server:
        httpx.get(server.base_url + "/accounts/login/").raise_for_status()
        took = time.monotonic() - began
        time.sleep(2)  # what is loaded late is loaded by then
        return took, server.memory()


def pages() -> dict[str, float]:
    """Milliseconds per request, seen by a client on this machine: medians of some repeats, the first left out."""
    with ServeProcess(env={"LOG_LEVEL": "WARNING"}) as server:
        code = f"from tests.bench.people import hoard; hoard({CONVERSATIONS}, {MESSAGES})"
        said = server.manage("shell", "-v", "0", "-c", code, timeout=300)
        hoard: dict[str, Any] = json.loads(next(x for x in said.splitlines() if x.startswith("hoard:"))[6:])
        headers = {"Cookie": hoard["cookie"], "Accept": "text/html"}
        with httpx.Client(base_url=server.base_url, headers=headers) as client:
            return {
                f"list of {CONVERSATIONS:,} conversations ms": _median(client, "/list/"),
                "its first page with 20 folders ms": _median(client, "/list/shelves/"),
                "archived ms": _median(client, "/list/shelves/?of=archived"),
                "trash ms": _median(client, "/list/shelves/?of=trash"),
                "by tag ms": _median(client, "/list/shelves/?of=tag&tag=bench"),
                "new chat, whole page ms": _median(client, "/"),
                f"conversation of {MESSAGES:,} messages ms": _median(client, f"/c/{hoard['conversation']}/"),
            }


def _median(client: httpx.Client, path: str) -> float:
    client.get(path).raise_for_status()
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
