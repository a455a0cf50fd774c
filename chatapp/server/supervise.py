"""`serve --processes N`: one parent, N children on one listening socket.

The parent answers nothing itself. It opens the socket, starts the children, starts a new one for each
that dies (soon the first time, slower when it happens again and again), and at its own end lets all of
them drain. A pipe tells the children that the parent is gone, whatever took it: they drain then, too.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
LIVED_WELL = 60.0  # seconds after which a death is no longer part of a series
GRACE = 25.0  # seconds beyond the drain after which a child is killed


@dataclass
class Child:
    process: "subprocess.Popen[bytes]"
    started: float


class Supervisor:
    """Keeps `count` children running `command` until SIGTERM or SIGINT; `run()` returns the exit code."""

    def __init__(
        self,
        command: list[str],
        count: int,
        *,
        keep_fds: tuple[int, ...],
        drain_seconds: float,
        ready: Callable[[], None],
    ) -> None:
        self.command, self.count, self.keep_fds = command, count, keep_fds
        self.drain_seconds, self.ready = drain_seconds, ready
        self.children: list[Child] = []
        self._stopping = 0
        self._delay = FIRST_DELAY
        # The children hold the reading end of the first and write a byte to the second when they serve.
        self._life_read, self._life_write = os.pipe()
        self._ready_read, self._ready_write = os.pipe()

    def run(self, on_stop: Callable[[], None]) -> int:
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        for _ in range(self.count):
            self._spawn()
        if not self._all_serve():
            self._let_them_drain()
            return 1
        while not self._stopping:
            self._replace_the_dead()
            time.sleep(0.1)
        on_stop()
        return self._let_them_drain()

    def _all_serve(self) -> bool:
        """Wait for the first children; False when one of them dies before it serves: it said why."""
        serving = 0
        while serving < self.count and not self._stopping:
            if any(child.process.poll() is not None for child in self.children):
                return False
            if select.select([self._ready_read], [], [], 0.1)[0]:
                serving += len(os.read(self._ready_read, self.count))
        if not self._stopping:
            self.ready()
        return True

    def _on_signal(self, number: int, frame: Any) -> None:
        self._stopping += 1
        if self._stopping > 1:
            for child in self.children:
                child.process.kill()
            os._exit(128 + number)

    def _spawn(self) -> None:
        process = subprocess.Popen(
            [*self.command, "--parent-fd", str(self._life_read), "--ready-fd", str(self._ready_write)],
            pass_fds=(*self.keep_fds, self._life_read, self._ready_write),
            # Ctrl+C goes to the terminal's whole group; the children are to hear of the end from us.
            start_new_session=True,
        )
        self.children.append(Child(process, time.monotonic()))

    def _replace_the_dead(self) -> None:
        dead = [child for child in self.children if child.process.poll() is not None]
        for child in dead:
            self.children.remove(child)
            _forget_metrics(child.process.pid)
            if time.monotonic() - child.started > LIVED_WELL:
                self._delay = FIRST_DELAY
            print(
                f"Process {child.process.pid} ended with code {child.process.returncode}; "
                f"starting another in {self._delay:g} s.",
                file=sys.stderr,
                flush=True,
            )
            self._sleep(self._delay)
            self._delay = min(self._delay * 2, LONGEST_DELAY)
            if not self._stopping:
                self._spawn()

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < end:
            time.sleep(0.05)

    def _let_them_drain(self) -> int:
        os.close(self._life_write)  # the children read the end of it: the whole service goes
        deadline = time.monotonic() + self.drain_seconds + GRACE
        code = 0
        for child in self.children:
            try:
                code = max(code, abs(child.process.wait(max(0.1, deadline - time.monotonic()))))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
                code = 1
        return code


def _forget_metrics(pid: int) -> None:
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
