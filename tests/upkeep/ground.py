"""A database with a team's weeks in it, and the commands as an operator runs them: as processes of their own."""

import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import environ
from django.conf import settings
from django.core.management import ManagementUtility
from django.db import connection, connections

from tests.e2e.peek import Peek
from tests.server.process import Database

# What a restore itself changes or adds to.
CHANGED = {"audit_entry", "audit_head", "django_session", "usersessions_usersession"}


@dataclass
class Done:
    """What a command printed, and its exit code."""

    arguments: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str


class Ground:
    """A copy of `template`, to do with as one likes."""

    def __init__(self, template: Database) -> None:
        self.database = Database(empty=True)
        self.is_postgres = bool(self.database._name)
        if self.is_postgres:
            self.database._administer(f'DROP DATABASE "{self.database._name}"')
            self.database._administer(f'CREATE DATABASE "{self.database._name}" TEMPLATE "{template._name}"')
        else:
            shutil.copy(template.data_dir / "chatapp.sqlite3", self.database.data_dir)
        self.peek = Peek(self.database)

    @property
    def folder(self) -> Path:
        return self.database.data_dir / "backups"

    @property
    def file(self) -> Path:
        """SQLite's."""
        return self.database.data_dir / "chatapp.sqlite3"

    def manage(self, *arguments: str, largest: int | None = None, **env: str | None) -> Done:
        """Run a command; `largest`: no file that it writes may be longer."""
        return manage(self.database, *arguments, largest=largest, **env)

    def backup(self, *arguments: str, **env: str | None) -> Path:
        """A fresh backup, which must succeed."""
        done = self.manage("backup", *arguments, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.copies()[-1]

    def copies(self) -> list[Path]:
        return sorted(p for p in self.folder.glob("chatapp-*") if p.suffix in (".sqlite3", ".dump"))

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, as text in some fixed order."""
        if self.is_postgres:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        tables = sorted(name for (name,) in self.peek.rows(names))
        return {t: sorted(repr(row) for row in self.peek.rows(f'SELECT * FROM "{t}"')) for t in tables}

    def run(self, statement: str) -> None:
        """Change something, past all of our code."""
        if self.is_postgres:
            import psycopg

            with psycopg.connect(self.database.url) as connection:
                connection.execute(statement)  # type: ignore[arg-type]
            return
        import sqlite3

        with sqlite3.connect(self.file, timeout=10) as database:
            database.execute(statement)
        database.close()

    def close(self) -> None:
        self.database.close()


def manage(database: Database, *arguments: str, largest: int | None = None, **env: str | None) -> Done:
    """A command in a process of its own: a fork of this one, as most of a fresh one's time goes to imports."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        if (child := os.fork()) == 0:
            code = 70
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(out.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
                _become(database, env)
                if largest:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
                ManagementUtility(["manage.py", *arguments]).execute()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told = []
        for file in (out, errors):
            file.seek(0)
            told.append(file.read())
    assert "Traceback" not in told[1], told[1]
    return Done(arguments, status, *told)


def _become(database: Database, env: dict[str, str | None]) -> None:
    """In the fork: the settings that a process with this environment would have, and a database of its own."""
    environment = database.environment() | {name: value for name, value in env.items() if value is not None}
    os.environ.clear()
    os.environ.update(environment)
    # What the parent has open stays the parent's.
    connection.connection = None
    if connection.vendor == "postgresql":
        type(connections[connection.alias])._connection_pools = {}
    connection.settings_dict.update(environ.Env.db_url_config(environment["DATABASE_URL"]))
    blocker[0].unblock()  # the tests themselves keep to what an operator sees
    settings.BACKUP_DIR = Path(environment.get("BACKUP_DIR", database.data_dir / "backups"))
    settings.BACKUP_KEEP = int(environment.get("BACKUP_KEEP", 14))
    settings.SECRET_KEY = environment["SECRET_KEY"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


blocker: list[Any] = []  # pytest-django's; conftest.py puts it here


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':')[0]}:{password}@{host}"))
