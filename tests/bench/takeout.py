"""`python -m tests.bench.takeout`: 10,000 conversations in and out; time, and memory of the server."""

import json
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from tests.server.process import ServeProcess
from tests.takeout.chatgpt import Told

CONVERSATIONS = 10_000
ANSWERS = 3
MOST_SECONDS = 900.0
PART = 2 * 1024 * 1024


def write_export(path: Path) -> None:
    """A ChatGPT export of some 90 MB."""
    with path.open("w") as file:
        for number in range(CONVERSATIONS):
            told = Told(
                f"bench-{number}", f"Chat {number}", create_time=1.7e9 + number, update_time=1.7e9 + number
            )
            for answer in range(ANSWERS):
                told.add(
                    "user", f"Question {answer} of chat {number}: " + "words " * 20, metadata={"x": "y" * 300}
                )
                text = "An **answer** with `code`:\n\n- one\n- two\n\n" + "Lorem ipsum dolor sit amet. " * 40
                told.add("assistant", text, metadata={"model_slug": "gpt-4o", "x": "y" * 300})
            file.write(("," if number else "[") + json.dumps(told.doc()))
        file.write("]")


class Watch:
    """The server's memory, and how long others wait for a page meanwhile."""

    def __init__(self, server: ServeProcess, cookies: dict[str, str]):
        self._process, self._cookies, self._server = psutil.Process(server.pid), cookies, server
        self.peak, self.waits, self._on = 0, [0.0], True
        for deed in (self._memory, self._visit):
            threading.Thread(target=deed, daemon=True).start()

    def _memory(self) -> None:
        while self._on:
            self.peak = max(self.peak, self._process.memory_info().rss)
            time.sleep(0.05)

    def _visit(self) -> None:
        with httpx.Client(base_url=self._server.base_url, cookies=self._cookies) as client:
            while self._on:
                began = time.perf_counter()
                client.get("/list/")
                self.waits.append((time.perf_counter() - began) * 1000)
                time.sleep(0.1)

    def stop(self) -> None:
        self._on = False

    def told(self) -> dict[str, float]:
        """What has been seen since the last call."""
        waits = sorted(self.waits)
        found = {"peak MB": self.peak / 1e6, "list p50 ms": statistics.median(waits), "list worst ms": waits[-1]}
        self.peak, self.waits = 0, [0.0]
        return found


def run() -> Iterator[tuple[str, dict[str, float]]]:
    """(step, figures) one after the other."""
    with tempfile.TemporaryDirectory() as folder, ServeProcess(env={"LOG_LEVEL": "WARNING"}) as server:
        path = Path(folder) / "conversations.json"
        write_export(path)
        code = "from tests.bench.people import gather; gather(1, 0)"
        said = server.manage("shell", "-v", "0", "-c", code)
        cookie = json.loads(next(x for x in said.splitlines() if x.startswith("people:"))[7:])[0]["cookie"]
        cookies = dict(pair.split("=", 1) for pair in cookie.split("; "))
        client = httpx.Client(base_url=server.base_url, cookies=cookies, timeout=MOST_SECONDS)
        client.headers["X-CSRFToken"] = cookies["csrf"]
        watch = Watch(server, cookies)
        yield "idle", {"MB": server.memory() / 1e6, "file MB": path.stat().st_size / 1e6}
        yield "upload", _timed(watch, lambda: _upload(client, path))
        yield "dry run", _timed(watch, lambda: _step(client, "check", "checked"))
        yield "import", _timed(watch, lambda: _step(client, "start", "done"))
        for form in ("json", "markdown", "html"):
            yield f"export {form}", _timed(watch, lambda form=form: _export(client, form))
        watch.stop()


def _timed(watch: Watch, deed) -> dict[str, float]:
    watch.told()
    began = time.monotonic()
    size = deed()
    return {"s": time.monotonic() - began, **({"MB": size / 1e6} if size else {}), **watch.told()}


def _upload(client: httpx.Client, path: Path) -> None:
    size = path.stat().st_size
    client.post("/data/import/begin/", data={"name": path.name, "size": size}).raise_for_status()
    with path.open("rb") as file:
        for at in range(0, size, PART):
            headers = {"Content-Type": "application/octet-stream"}
            client.post(f"/data/import/part/?at={at}", content=file.read(PART), headers=headers).raise_for_status()


def _step(client: httpx.Client, deed: str, until: str) -> None:
    client.post(f"/data/import/{deed}/").raise_for_status()
    deadline = time.monotonic() + MOST_SECONDS
    while True:
        found = re.search(r'data-state="(\w*)"', client.get("/data/import/").text)
        assert found
        if found[1] == until:
            return
        assert found[1] not in ("failed", "cancelled"), found[1]
        assert time.monotonic() < deadline, "It takes too long."
        time.sleep(0.2)


def _export(client: httpx.Client, form: str) -> int:
    with client.stream("POST", "/data/export/", data={"form": form}) as answer:
        answer.raise_for_status()
        return sum(len(chunk) for chunk in answer.iter_bytes())


if __name__ == "__main__":
    for step, figures in run():
        print(f"{step:16}" + "".join(f"{name} {value:,.1f}   " for name, value in figures.items()), flush=True)
