"""PostgreSQL: its own programs make the copy and play it back; what they wrote is read whole before it counts.

They get no password as an argument, which every user of the machine could read, but in their environment.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from chatapp.audit.chain import GENESIS

from .contents import HEAD, LOG, Contents, Walk, entry, look
from .trouble import InUse, NoProgram, Trouble, died_of_no_room, no_room

_INSTALLED = "/usr/lib/postgresql"  # Debian keeps the programs of each version in a folder here
_EVERY = 0.2  # seconds between looks at a program that works
_CHUNK = 1 << 16
_COPY = re.compile(rb'COPY (?:[\w"]+\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
_ESCAPED = re.compile(r"\\(.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
# Of a newer pg_restore; an older server would stop at it.
_TOO_NEW = b"SET transaction_timeout = 0;\n"
_CLEAR = """
SET lock_timeout = '15s';
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name,
               CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                              ELSE 'TABLE' END AS kind
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relkind <> 'S' DESC
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', one.kind, one.name);
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure::text AS name,
               CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = current_schema() AND p.prokind IN ('f', 'p')
          AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', one.kind, one.name);
    END LOOP;
END
$$;
"""


def copy(to: Path, told: Callable[[int], None]) -> Contents:
    """Have pg_dump write what the database holds at this moment into the file `to`; returns what that is.

    `told` hears how many bytes are written. Raises NoProgram, Trouble.
    """
    with _connected() as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = database.execute("SELECT pg_export_snapshot()").fetchone()[0]
        contents = look(database.execute, _tables(database))
        command = [
            program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--file={to}", f"--dbname={_where()}",
        ]  # fmt: skip
        with _run(command) as (running, said):
            while running.poll() is None:
                time.sleep(_EVERY)
                told(to.stat().st_size)
            if running.returncode:
                words = said()
                if died_of_no_room(running.returncode, words):
                    raise no_room(to.parent)
                raise Trouble(f"pg_dump could not copy the database: {words or running.returncode}.")
    return contents


def check(path: Path, told: Callable[[int], None] = lambda _bytes: None) -> Contents:
    """Read all of a copy; returns what it holds, without the migrations' names. Raises NoProgram, Trouble."""
    rows: dict[str, int] = {}
    walk = Walk()
    head = (0, GENESIS)
    table, columns = "", []
    for line in _script(path, "--data-only"):
        told(len(line))
        if not table:
            if match := _COPY.fullmatch(line):
                table, columns = match[1].decode(), [c.strip(' "') for c in match[2].decode().split(",")]
                rows[table] = 0
        elif line == b"\\.\n":
            table = ""
        else:
            rows[table] += 1
            if table == LOG:
                walk.feed(entry(_row(line, columns)))
            elif table == HEAD:
                found = _row(line, columns)
                head = (int(found["number"]), found["hash"])
    walk.end(*head)
    return Contents(rows, [], walk.number, walk.last, walk.wrong)


def restore(path: Path) -> None:
    """Let the copy be what the database holds: all of it, or nothing is changed. Raises NoProgram, Trouble."""
    command = [
        program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        "--output=/dev/null", f"--dbname={_where()}", f"--command={_CLEAR}", "--file=-",
    ]  # fmt: skip
    with _run(command, stdin=subprocess.PIPE) as (running, said):
        assert running.stdin is not None
        try:
            for line in _script(path):
                if line != _TOO_NEW:
                    running.stdin.write(line)
            running.stdin.close()
        except BrokenPipeError:
            pass  # it has said why
        except BaseException:
            running.kill()  # before it sees an end and takes that for the end of the work
            raise
        running.wait()
        if running.returncode:
            words = said() or running.returncode
            raise Trouble(f"PostgreSQL refused the backup, and nothing was changed: {words}.")


def refuse_if_in_use() -> None:
    """Raises InUse if anybody else is connected to the database. Our own connections are closed first."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 2.0  # the server notices a moment later that we are gone
    while others := _others():
        if time.monotonic() > deadline:
            raise InUse(
                f"Others are connected to the database: {'; '.join(others)}. Stop every server of Chatapp "
                "(Ctrl+C, or `systemctl stop` its service) and whatever else works on it, then try again."
            )
        time.sleep(0.1)


def _others() -> list[str]:
    with _connected() as database:
        found = database.execute(
            "SELECT pid, coalesce(host(client_addr), 'here'), application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " ORDER BY pid"
        ).fetchall()
    return [f"process {pid} from {address} {name}".rstrip() for pid, address, name in found]


def is_empty() -> bool:
    with _connected() as database:
        return not _tables(database)


def size() -> int:
    """Bytes of the database; a copy is smaller."""
    with _connected() as database:
        return int(database.execute("SELECT pg_database_size(current_database())").fetchone()[0])


def version() -> str:
    with _connected() as database:
        return str(database.info.server_version // 10_000)


def program(name: str) -> str:
    """The path of a program of PostgreSQL's that is not older than the server. Raises NoProgram."""
    wanted = int(version())
    oldest = 0
    for path in _found(name):
        had = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        match = re.search(r"\) (\d+)", had)
        if match and int(match[1]) >= wanted:
            return path
        oldest = max(oldest, int(match[1]) if match else 0)
    what = f"is of version {oldest}, older than the server ({wanted})" if oldest else "is not installed here"
    raise NoProgram(
        f"{name} {what}. Install PostgreSQL's client programs of version {wanted} or newer "
        f"(Debian and Ubuntu: apt install postgresql-client-{wanted})."
    )


def _found(name: str) -> Iterator[str]:
    if path := shutil.which(name):
        yield path
    # Newest first.
    folders = sorted(Path(_INSTALLED).glob("[0-9]*"), key=lambda folder: float(folder.name), reverse=True)
    yield from (str(folder / "bin" / name) for folder in folders if os.access(folder / "bin" / name, os.X_OK))


@contextmanager
def _connected() -> Iterator[Any]:
    """A connection of its own, without Django's pool. Ends without a change."""
    about = _parameters()
    with psycopg.connect(make_conninfo(**about)) as database:
        yield database
        database.rollback()


def _tables(database: Any) -> set[str]:
    found = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return {row[0] for row in found.fetchall()}


def _parameters() -> dict[str, Any]:
    """How Django connects, as libpq names it."""
    known = {default.keyword.decode() for default in psycopg.pq.Conninfo.get_defaults()}
    about = connection.get_connection_params()
    return {name: value for name, value in about.items() if name in known and value not in (None, "")}


def _where() -> str:
    return make_conninfo(**{name: value for name, value in _parameters().items() if name != "password"})


@contextmanager
def _run(command: list[str], **pipes: Any) -> Iterator[tuple["subprocess.Popen[bytes]", Callable[[], str]]]:
    """A program, and what it has complained of in one line. It does not outlive the block."""
    environment = dict(os.environ)
    environment.pop("DATABASE_URL", None)
    if password := _parameters().get("password"):
        environment["PGPASSWORD"] = str(password)
    with tempfile.TemporaryFile() as errors:

        def said() -> str:
            errors.seek(0)
            return " ".join(errors.read().decode(errors="replace").split())[:600].rstrip(".")

        running = subprocess.Popen(command, env=environment, stderr=errors, **pipes)
        try:
            yield running, said
        finally:
            if running.poll() is None:
                running.kill()
            running.wait()
            for pipe in (running.stdin, running.stdout):
                if pipe is not None and not pipe.closed:
                    with suppress(BrokenPipeError):
                        pipe.close()


def _script(path: Path, *options: str) -> Iterator[bytes]:
    """The lines of SQL that the copy stands for. Raises NoProgram; after the last, Trouble if it is damaged."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", *options, "--file=-", str(path)]
    with _run(command, stdout=subprocess.PIPE) as (running, said):
        assert running.stdout is not None
        yield from running.stdout
        running.wait()
        if running.returncode:
            raise Trouble(f"{path.name} is damaged, or no backup: {said() or running.returncode}.")


def _row(line: bytes, columns: list[str]) -> dict[str, Any]:
    """A row as COPY writes it; the log's numbers and times as the database gives them."""
    cells = [
        None if cell == r"\N" else _ESCAPED.sub(lambda m: _PLAIN.get(m[1], m[1]), cell)
        for cell in line.decode().rstrip("\n").split("\t")
    ]
    row: dict[str, Any] = dict(zip(columns, cells, strict=True))
    for name in ("number", "actor_id"):
        if row.get(name) is not None:
            row[name] = int(row[name])
    return row
