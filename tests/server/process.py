"""The real program under test: `manage.py serve` as a process of its own, with a database of its own.

    with ServeProcess() as server:
        httpx.get(server.base_url + "/healthz")

The database is SQLite in a temporary folder, or, when DATABASE_URL names PostgreSQL, a new database on
that server; either is removed at the end. Give the same `Database` to two servers to test restarts.
"""

import atexit
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil

PROJECT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"^Ready: (http\S+)")
SETUP_LINK = re.compile(r"(http\S+/setup/[^/\s]+/)")


class Database:
    """A database that lives as long as this object; `url` is what DATABASE_URL takes.

    Its tables are there already, copied from one that was migrated once; with `empty=True` they are not.
    """

    def __init__(self, *, empty: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chatapp-test-")
        self.data_dir = Path(self._folder.name)
        self._server = os.environ.get("DATABASE_URL", "")
        self._name = ""
        template = None if empty else _template()
        if self._server.startswith("postgres"):
            self._name = f"chatapp_test_{uuid.uuid4().hex[:12]}"
            copied = f' TEMPLATE "{template._name}"' if template else ""
            self._administer(f'CREATE DATABASE "{self._name}"{copied}')
            self.url = urlunsplit(urlsplit(self._server)._replace(path=f"/{self._name}"))
        else:
            if template:
                shutil.copy(template.data_dir / "chatapp.sqlite3", self.data_dir)
            self.url = f"sqlite:///{self.data_dir / 'chatapp.sqlite3'}"

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def environment(self) -> dict[str, str]:
        """The names that make any management command use this database, and nothing of the developer's."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("CLOUDFLARE_")}
        secret = "only-for-tests-" + "k" * 50
        return env | {"DATABASE_URL": self.url, "DATA_DIR": str(self.data_dir), "SECRET_KEY": secret}

    def close(self) -> None:
        if self._name:
            self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
            self._name = ""
        self._folder.cleanup()


@functools.cache
def _template() -> Database:
    """A migrated database without a row, made once per test run: migrating takes longer than most tests."""
    template = Database(empty=True)
    atexit.register(template.close)
    command = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(command, cwd=PROJECT, env=template.environment(), check=True, timeout=300)
    return template


class ServeProcess:
    """One running `manage.py serve`.

    `arguments` go to the command line; `env` is added to the environment (None removes a name). After
    `start()`: `base_url` without a trailing slash, `setup_url` (None once there is a user), `pid`.
    """

    program = ("manage.py", "serve")

    def __init__(
        self,
        *arguments: str,
        processes: int = 1,
        env: dict[str, str | None] | None = None,
        database: Database | None = None,
    ) -> None:
        self.arguments = [*arguments, *(("--processes", str(processes)) if processes > 1 else ())]
        self.database = database or Database()
        self._owns_database = database is None
        self.env = self.database.environment() | {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "PYTHONUNBUFFERED": "1",
            "REDIS_PREFIX": f"test-{uuid.uuid4().hex[:12]}",
        }
        for name, value in (env or {}).items():
            if value is None:
                self.env.pop(name, None)
            else:
                self.env[name] = value
        self.base_url = ""
        self.setup_url: str | None = None
        self._lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._changed = threading.Condition()

    # ── its life ─────────────────────────────────────────────────────────────────────────────
    def start(self, timeout: float = 60) -> "ServeProcess":
        """Start and wait for the address line; RuntimeError with all output when it does not come."""
        self._spawn()
        match = self.wait_for_line(ADDRESS, timeout)
        self.base_url = match[1].rstrip("/")
        link = SETUP_LINK.search(self.output)
        self.setup_url = link[1] if link else None
        return self

    def run_to_end(self, timeout: float = 60) -> int:
        """Start a server that is expected to end by itself; returns its exit code, `output` has the rest."""
        self._spawn()
        return self.wait(timeout)

    def _spawn(self) -> None:
        with self._changed:
            self._lines.clear()
        self._process = subprocess.Popen(
            [sys.executable, *self.program, *self.arguments],
            cwd=PROJECT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Send a signal to the parent process alone, as a process manager does."""
        self.process.send_signal(number)

    def wait(self, timeout: float = 40) -> int:
        """Wait for the end; returns the exit code. A server that does not end is killed and reported."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"serve did not end within {timeout} s:\n{self.output}") from None
        if self._reader:
            self._reader.join(5)
        return code

    def stop(self, timeout: float = 40) -> int:
        """SIGTERM, then the exit code (the same code again when it has already ended)."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self) -> None:
        """kill -9 to the server and to every process it started: the power cut of the tests."""
        for process in reversed(self.family()):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait(10)
        if self._reader:
            self._reader.join(5)

    def close(self) -> None:
        """Leave nothing behind: processes, then the database when it is ours."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        if self._owns_database:
            self.database.close()

    def __enter__(self) -> "ServeProcess":
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_exc: object) -> None:
        self.close()

    # ── what can be seen of it ───────────────────────────────────────────────────────────────
    @property
    def process(self) -> "subprocess.Popen[str]":
        if self._process is None:
            raise RuntimeError("Not started.")
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        """Everything printed and logged so far."""
        with self._changed:
            return "".join(self._lines)

    @property
    def socket_url(self) -> str:
        return self.base_url.replace("http", "ws", 1) + "/ws/"

    def family(self) -> list[psutil.Process]:
        """The server and its children, the stand-in model included; parent first."""
        try:
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests: the children of `--processes N`, else the server itself."""
        workers = [p for p in self.family() if "--worker" in p.cmdline()]
        return workers or self.family()[:1]

    def memory(self) -> int:
        """Resident bytes of the answering processes together."""
        return sum(p.memory_info().rss for p in self.workers())

    def wait_for_line(self, pattern: "re.Pattern[str] | str", timeout: float = 30) -> "re.Match[str]":
        """Wait until a printed line matches; RuntimeError with all output when it does not, or it ended."""
        pattern = re.compile(pattern)
        deadline = time.monotonic() + timeout
        seen = 0
        while True:
            with self._changed:
                for line in self._lines[seen:]:
                    if match := pattern.search(line):
                        return match
                seen = len(self._lines)
                left = deadline - time.monotonic()
                ended = self.process.poll() is not None and not (self._reader and self._reader.is_alive())
                if not ended and left > 0:
                    self._changed.wait(min(left, 0.2))
                    continue
                if seen != len(self._lines):
                    continue
            raise RuntimeError(f"No line matched {pattern.pattern!r}. Output so far:\n{self.output}")

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    # ── help for tests ───────────────────────────────────────────────────────────────────────
    def manage(self, *arguments: str, timeout: float = 60) -> str:
        """Run another management command against the same database; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout
