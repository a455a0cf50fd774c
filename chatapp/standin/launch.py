"""Start the stand-in as a child process that never outlives its parent."""

from __future__ import annotations

import atexit
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 15.0
_PREFIX = "listening on "

_lock = threading.Lock()
_started: Running | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A stand-in that serves at ``url`` (no path). Leaving it as a context manager stops it."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        """What a Cloudflare client takes as its base URL."""
        return f"{self.url}/client/v4"

    def stop(self) -> None:
        """Ends the process and waits for it; stopping twice is nothing."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(*arguments: str) -> Running:
    """Starts a stand-in on a free port; ``arguments`` as on its command line.

    Raises RuntimeError when it does not listen within ``START_SECONDS``.
    """
    command = [sys.executable, "-m", "chatapp.standin", "--until-stdin-closes", *arguments]
    # Its own session: Ctrl+C at the terminal reaches the server alone, which may still be finishing replies.
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    line = _first_line(process)
    running = Running(line.removeprefix(_PREFIX), process)
    if not line.startswith(_PREFIX):
        running.stop()
        raise RuntimeError(f"The stand-in did not start (exit code {process.returncode}); see its messages above.")
    return running


def _first_line(process: subprocess.Popen[bytes]) -> str:
    """The first line of output; what came by the deadline or the end when there is none."""
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    found = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while b"\n" not in found and selector.select(max(0.0, deadline - time.monotonic())):
            read = os.read(process.stdout.fileno(), 4096)
            if not read:
                break
            found += read
    return found.decode().strip()


def ensure() -> str:
    """The URL of a stand-in: STANDIN_URL if set, else one started once per process, stopped at its exit."""
    global _started
    given = os.environ.get("STANDIN_URL", "").rstrip("/")
    if given:
        return given
    with _lock:
        if _started is None or _started.process.poll() is not None:
            _started = start()
            atexit.register(_started.stop)
        return _started.url
