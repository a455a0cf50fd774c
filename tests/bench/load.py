"""One run: so many streams through one server, watched from outside, its processor time and memory read.

Three systems can be run, all fed by the same stand-in: `Ours` (the real `manage.py serve`), `Yardstick`
(relay.py) and `Nothing` (the watcher asks the stand-in itself; what is left is the harness's own delay).
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import psutil

from chatapp.standin import launch
from tests.server.process import PROJECT, Database, ServeProcess

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORES = {CORES[0]}, set(CORES[1:]) or {CORES[0]}


@dataclass
class Result:
    """Latencies in ms added per token; processor seconds per million tokens; memory in bytes."""

    p50: float
    p99: float
    worst: float
    first: list[float]
    tokens: int
    lost: int
    doubled: int
    cpu: float  # over the whole run, questions included
    cpu_streaming: float  # only while all streams ran
    busy: float  # share of one core, while all streams ran
    memory: int  # peak


class Pinned:
    """What is started inside runs on these cores, if `cores` is not None."""

    def __init__(self, cores: set[int] | None) -> None:
        self._cores = cores

    def __enter__(self) -> None:
        if self._cores:
            os.sched_setaffinity(0, self._cores)

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, CORES)


class Ours:
    """The real server with `people` members."""

    name, kind = "Chatapp", "chatapp"

    def __init__(self, standin: str, people: int, runs: int, *, pinned: bool = True, processes: int = 1,
                 environment: dict[str, str] | None = None) -> None:  # fmt: skip
        database_url = (environment or {}).get("DATABASE_URL")
        self._database = _database(database_url)
        more = {name: value for name, value in (environment or {}).items() if name != "DATABASE_URL"}
        self.server = ServeProcess(
            processes=processes,
            database=self._database,
            env={
                "STANDIN_URL": standin,
                "MAX_RUNNING": "2000",
                "LOG_LEVEL": "WARNING",
                **more,
            },
        )
        try:
            with Pinned(SERVER_CORE if pinned else None):
                self.server.start()
            self.port = int(self.server.base_url.rsplit(":", 1)[1])
            code = f"from tests.bench.people import gather; gather({people}, {runs})"
            said = self.server.manage("shell", "-v", "0", "-c", code, timeout=300)
            self._people = json.loads(next(x for x in said.splitlines() if x.startswith("people:"))[7:])
            self.idle = self.server.memory()
        except BaseException:
            self.close()
            raise

    def processes(self) -> list[psutil.Process]:
        return self.server.workers()

    def people(self, count: int) -> list[dict[str, str]]:
        """`count` members, each with a conversation not used before."""
        return [{**person, "conversation": person["conversations"].pop()} for person in self._people[:count]]

    def answers(self) -> Counter[int]:
        """How many answers each process has run so far, by its pid. On PostgreSQL."""
        import psycopg

        with psycopg.connect(self._database.url) as connection:
            owners = connection.execute("SELECT owner FROM conversations_reply WHERE owner <> ''").fetchall()
        return Counter(int(owner.split(":")[1]) for (owner,) in owners)

    def close(self) -> None:
        self.server.close()
        self._database.close()


def _database(url: str | None) -> Database:
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url or ""
    try:
        return Database(empty=True)
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before


class Yardstick:
    """The bare relay."""

    name, kind = "bare relay", "relay"

    def __init__(self, standin: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.bench.relay", "--upstream", standin, "--port", str(self.port)]
        with Pinned(SERVER_CORE):
            self._process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "Ready":
            raise RuntimeError("The relay did not start; see its messages above.")
        _until_open(self.port)
        self.idle = self.processes()[0].memory_info().rss

    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(self._process.pid)]

    def people(self, count: int) -> list[dict[str, str]]:
        return []

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)


class Nothing:
    """The stand-in alone."""

    name, kind = "stand-in alone", "direct"
    idle = 0

    def __init__(self, standin: str) -> None:
        self.port = int(standin.rsplit(":", 1)[1])

    def processes(self) -> list[psutil.Process]:
        return []

    def people(self, count: int) -> list[dict[str, str]]:
        return []

    def close(self) -> None:
        """It belongs to whoever started it."""


System = Ours | Yardstick | Nothing


def _until_open(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"Nothing listens on port {port}.")


def start_standin() -> launch.Running:
    with Pinned(OTHER_CORES):
        return launch.start()


class Meter:
    """Processor seconds of some processes, sampled, so that any stretch of time can be asked for."""

    def __init__(self, processes: list[psutil.Process]) -> None:
        self._processes = processes
        self._samples: list[tuple[int, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Meter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._note()

    def _sample(self) -> None:
        while not self._over.wait(0.1):
            self._note()

    def _note(self) -> None:
        used = sum(sum(p.cpu_times()[:2]) for p in self._processes)
        self._samples.append((time.monotonic_ns(), used))

    def used(self, start: int, end: int) -> float:
        return self._at(end) - self._at(start)

    def _at(self, moment: int) -> float:
        before, used = self._samples[0]
        for now, more in self._samples:
            if now >= moment:
                share = (moment - before) / (now - before) if now > before else 1.0
                return used + (more - used) * max(0.0, share)
            before, used = now, more
        return used


def run(
    system: System, streams: int, tokens: int = 500, rate: float = 50, ramp: float = 2.0, repeats: int = 1,
    pinned: bool = True,
) -> Result:  # fmt: skip
    """Run `streams` answers of `tokens` tokens at `rate` per second, begun over `ramp` seconds.

    RuntimeError if the watcher could not ask.
    """
    job = {
        "kind": system.kind, "port": system.port, "people": system.people(streams), "streams": streams,
        "tokens": tokens, "rate": rate, "ramp": ramp, "repeats": repeats,
    }  # fmt: skip
    processes = system.processes()
    for process in processes:
        # Makes VmHWM, the peak, begin anew (proc(5)).
        with open(f"/proc/{process.pid}/clear_refs", "w") as file:
            file.write("5")
    with Pinned(OTHER_CORES if pinned else None):
        watcher = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.watcher"],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    with Meter(processes) as meter:
        said, _ = watcher.communicate(json.dumps(job), timeout=600)
    if watcher.returncode:
        raise RuntimeError(f"The watcher failed with {system.name}; see its messages above.")
    first, last = (json.loads(line) for line in said.splitlines())
    return _result(first["began"], last, meter, processes)


def _result(began: int, seen: dict[str, Any], meter: Meter, processes: list[psutil.Process]) -> Result:
    start, end, tokens = seen.pop("window")
    finished = seen.pop("finished")
    nothing = float("nan")
    cpu = streaming = busy = nothing
    if processes and seen["tokens"]:
        cpu = meter.used(began, finished) / seen["tokens"] * 1e6
    if processes and tokens and end > start:
        used = meter.used(start, end)
        streaming, busy = used / tokens * 1e6, used / ((end - start) / 1e9)
    return Result(**seen, cpu=cpu, cpu_streaming=streaming, busy=busy, memory=sum(_peak(p) for p in processes))


def _peak(process: psutil.Process) -> int:
    with open(f"/proc/{process.pid}/status") as file:
        line = next(x for x in file if x.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
