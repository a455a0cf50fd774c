"""A PostgreSQL of the tests' own, which may die and come back."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.e2e.engines import missing


class Postgres:
    """A cluster on a free port; `url` is what DATABASE_URL takes. The test is skipped where there is none."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4]))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if initdb is None:
            missing("PostgreSQL")
        self._control = str(Path(initdb).with_name("pg_ctl"))
        self._folder = tempfile.TemporaryDirectory()
        self._data = f"{self._folder.name}/data"
        if os.getuid() == 0:
            os.chown(self._folder.name, pwd.getpwnam("postgres").pw_uid, -1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._as_postgres(initdb, "-D", self._data, "-U", "chatapp", "-A", "trust", "-E", "UTF8")
        self.start()
        self.url = f"postgres://chatapp@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = f"-p {self._port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off"
        self._as_postgres(self._control, "-D", self._data, "-w", "-l", f"{self._data}/log", "-o", options, "start")

    def stop(self) -> None:
        """As at a crash: nobody is told, nothing is written, the log is read at the next start."""
        self._as_postgres(self._control, "-D", self._data, "-m", "immediate", "stop")

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # it has been stopped
            self.stop()
        self._folder.cleanup()

    def _as_postgres(self, *command: str) -> None:
        # PostgreSQL refuses to run as root.
        user = "postgres" if os.getuid() == 0 else None
        subprocess.run(
            command,
            check=True,
            user=user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
