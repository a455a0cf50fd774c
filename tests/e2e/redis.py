"""A Redis of the tests' own, which may die."""

import shutil
import socket
import subprocess
import tempfile
import time

from tests.e2e.engines import missing


class Redis:
    """A redis-server on a free port; `url` is what REDIS_URL takes. The test is skipped where there is none."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            missing("Redis")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._program = program
        self._folder = tempfile.TemporaryDirectory()
        self.start()

    def start(self) -> None:
        """Also after a stop, with nothing in it."""
        port = str(self._port)
        self._process = subprocess.Popen(
            [self._program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", self._folder.name],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "redis-server does not listen"
                time.sleep(0.02)

    def stop(self) -> None:
        """At once, without a word to anybody."""
        self._process.kill()
        self._process.wait(10)

    def kill(self) -> None:
        """As `stop`, for good; twice is as once."""
        self.stop()
        self._folder.cleanup()
