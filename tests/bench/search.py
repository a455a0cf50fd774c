"""How long a search takes among 100,000 messages of one member, beside as many of somebody else's.

Over HTTP, as the palette asks: sign-in, search, snippets and the page of results are all in it.
"""

import json
import os
import statistics
import time
from typing import Any

import httpx

from tests.server.process import Database, ServeProcess

MESSAGES = 100_000
TIMES = 60
# Each word of people.LIBRARY stands in so many messages: "rareword" in a few, "common" in every one.
QUERIES = {
    "rare word": "rareword7",
    "rare phrase": '"rareword7 stands here"',
    "common word": "common",
    "common beginning": "com",
    "common words": "common words everywhere",
    "common phrase": '"common words"',
    "Chinese phrase": "全文検索",
    "words that never meet": "rareword7 rareword8",
    "common word, archived chats only": "common is:archived",
    "common word, before a day long past": "common before:2001",
    "word of others only": "foreign",
}


def search() -> dict[str, dict[str, Any]]:
    """Milliseconds, seen by a client on this machine: median and 95th percentile of the repeats of each query."""
    found = {"SQLite": _measure(None)}
    if url := os.environ.get("BENCH_DATABASE_URL"):
        found["PostgreSQL"] = _measure(url)
    return found


def _measure(url: str | None) -> dict[str, Any]:
    before = os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    database = Database(empty=True)
    try:
        with ServeProcess(database=database, env={"LOG_LEVEL": "WARNING"}) as server:
            code = f"from tests.bench.people import library; library({MESSAGES})"
            said = server.manage("shell", "-v", "0", "-c", code, timeout=1800)
            told: dict[str, Any] = json.loads(next(x for x in said.splitlines() if x.startswith("library:"))[8:])
            headers = {"Cookie": told["cookie"], "Accept": "text/html"}
            with httpx.Client(base_url=server.base_url, headers=headers, timeout=60) as client:
                times = {name: _times(client, words) for name, words in QUERIES.items()}
        return {"indexing, messages per second": told["per second"]} | times
    finally:
        database.close()
        os.environ.pop("DATABASE_URL", None)
        if before is not None:
            os.environ["DATABASE_URL"] = before


def _times(client: httpx.Client, words: str) -> dict[str, float]:
    took = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        client.get("/find/results/", params={"q": words}).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    p50, p95 = (statistics.quantiles(took[1:], n=20, method="inclusive")[at] for at in (9, 18))
    return {"p50": round(p50, 1), "p95": round(p95, 1)}
