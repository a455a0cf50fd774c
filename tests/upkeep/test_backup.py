"""A backup is of one moment, whole, for its owner's eyes, and there is none rather than half of one."""

import json
import os
import re
import sqlite3
import stat
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from .ground import Ground, with_password

pytestmark = pytest.mark.timeout(300)  # the first of them makes the tables

ROWS_OF = "SELECT count(*) FROM conversations_message"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_says_where_the_copy_is_how_big_and_what_it_holds(ground: Ground):
    done = ground.manage("backup")
    assert done.returncode == 0
    (copy,) = ground.copies()
    assert re.fullmatch(r"chatapp-\d{8}-\d{6}\.(sqlite3|dump)", copy.name)
    [(messages,)] = ground.peek.rows(ROWS_OF)
    assert f"Done: {copy} (" in done.stdout
    assert f"{messages:,} messages" in done.stdout
    assert re.search(r"[\d.]+ MB", done.stdout)
    assert re.search(r"audit log is whole and ends with \d+:[0-9a-f]{64}", done.stdout)


def test_what_it_wrote_is_for_its_owner_alone_and_nothing_else_is_left(ground: Ground):
    copy = ground.backup()
    assert mode(ground.folder) == 0o700
    assert mode(copy) == mode(copy.with_name(copy.name + ".json")) == 0o600
    assert {p.name for p in ground.folder.iterdir()} == {copy.name, f"{copy.name}.json", ".chatapp-lock"}


def test_the_manifest_says_what_the_copy_is(ground: Ground):
    copy = ground.backup()
    told = json.loads(copy.with_name(copy.name + ".json").read_text())
    assert told["sha256"] == sha256(copy.read_bytes()).hexdigest()
    assert told["size"] == copy.stat().st_size
    assert told["name"] == copy.name
    assert told["contents"]["rows"]["conversations_message"] == ground.peek.rows(ROWS_OF)[0][0]
    assert "conversations.0001_initial" in told["contents"]["migrations"]
    secrets = [ground.database.environment()["SECRET_KEY"], ground.database.url]
    assert not any(secret in json.dumps(told) for secret in secrets)


def test_it_stands_in_the_audit_log(ground: Ground):
    copy = ground.backup()
    [(action, subject)] = ground.peek.rows(
        "SELECT action, subject_key FROM audit_entry ORDER BY number DESC LIMIT 1"
    )
    assert (action, subject) == ("upkeep.backup", copy.name)
    assert ground.manage("verify_audit").returncode == 0


def test_a_copy_of_sqlite_is_a_database_that_anything_can_open(sqlite_ground: Ground):
    copy = sqlite_ground.backup()
    with sqlite3.connect(copy) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    opened.close()


# ── while others write ───────────────────────────────────────────────────────────────────────
class Writer(threading.Thread):
    """Two rows in each transaction, one transaction after the other, until told to stop."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground, self.pairs, self.over = ground, 0, threading.Event()
        self.began = threading.Event()

    def run(self) -> None:
        values = "VALUES (%s, 'x', '2030-01-01')"
        statement = f"INSERT INTO django_session (session_key, session_data, expire_date) {values}"
        if self.ground.is_postgres:
            import psycopg

            connection = psycopg.connect(self.ground.database.url)
        else:
            connection = sqlite3.connect(self.ground.file, timeout=30)
            statement = statement.replace("%s", "?")
        while not self.over.is_set():
            with connection.cursor() if self.ground.is_postgres else connection as cursor:
                for half in "ab":
                    cursor.execute(statement, [f"{half}{self.pairs}"])
            connection.commit()
            self.pairs += 1
            self.began.set()
            self.over.wait(0.005)  # SQLite's other writers poll; who never pauses keeps all of them out
        connection.close()


def test_a_copy_made_while_others_write_is_of_one_moment(ground: Ground):
    writer = Writer(ground)
    writer.start()
    try:
        assert writer.began.wait(30)
        before = writer.pairs
        copy = ground.backup()
        after = writer.pairs
    finally:
        writer.over.set()
        writer.join()
    assert after > before, "nothing was written meanwhile"
    told = json.loads(copy.with_name(copy.name + ".json").read_text())["contents"]["rows"]["django_session"]
    assert told % 2 == 0, "half of a transaction"
    assert 2 * before <= told <= 2 * after + 2


# ── how many are kept ────────────────────────────────────────────────────────────────────────
def test_the_newest_are_kept_and_nothing_that_it_did_not_make_is_removed(ground: Ground):
    first = ground.backup()
    foreign = ground.folder / "chatapp-20200101-000000.sqlite3"
    foreign.write_text("somebody's")
    stranger = ground.folder / f"chatapp-20200102-000000{first.suffix}"
    stranger.write_bytes(first.read_bytes())
    told = json.loads(first.with_name(first.name + ".json").read_text())
    about = stranger.with_name(stranger.name + ".json")
    about.write_text(json.dumps(told | {"name": stranger.name, "database": "of another"}))
    second, third = ground.backup(), ground.backup("--keep", "2")
    assert not first.exists()
    assert not first.with_name(first.name + ".json").exists()
    assert {p.name for p in ground.copies()} == {foreign.name, stranger.name, second.name, third.name}
    ground.backup(BACKUP_KEEP="0")
    assert second.exists()
    assert about.exists()


def test_another_folder_can_be_named(ground: Ground, tmp_path: Path):
    there = tmp_path / "disk" / "copies"
    assert ground.manage("backup", "--to", str(there)).returncode == 0
    assert len(list(there.glob("chatapp-*.json"))) == 1
    assert mode(there) == 0o700
    assert not ground.folder.exists()


# ── when it cannot be done ───────────────────────────────────────────────────────────────────
def test_on_a_full_disk_there_is_no_copy_no_rest_and_a_word_of_what_to_do(ground: Ground):
    done = ground.manage("backup", largest=40_000)
    assert done.returncode == 1
    assert "no room for the copy" in done.stderr
    assert "--to" in done.stderr
    assert [p.name for p in ground.folder.iterdir()] == [".chatapp-lock"]


def test_what_a_killed_backup_left_is_swept_away_by_the_next(ground: Ground):
    ground.backup()
    left = ground.folder / ".chatapp-partial-77"
    left.write_text("half")
    ground.backup()
    assert not left.exists()


def test_a_folder_that_cannot_be_made_is_named(ground: Ground, tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = ground.manage("backup", "--to", str(tmp_path / "file" / "copies"))
    assert done.returncode == 1
    assert str(tmp_path / "file") in done.stderr


def test_a_log_that_does_not_hold_is_copied_as_it_is_and_ends_with_two(ground: Ground):
    if ground.is_postgres:
        ground.run("DROP TRIGGER audit_entry_no_change ON audit_entry")
    else:
        ground.run("DROP TRIGGER audit_entry_no_update")
    ground.run("UPDATE audit_entry SET reason = 'another' WHERE number = 3")
    done = ground.manage("backup")
    assert done.returncode == 2
    assert "Row 3: Its content does not fit its hash" in done.stderr
    assert len(ground.copies()) == 1


# ── the programs of PostgreSQL ───────────────────────────────────────────────────────────────
def test_the_password_is_no_argument_and_never_printed(postgres_ground: Ground, tmp_path: Path):
    seen = tmp_path / "seen"
    for name in ("pg_dump", "pg_restore"):
        script = tmp_path / name
        script.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$*" >> {seen}.argv\nenv >> {seen}.env\n'
            f'PATH="${{PATH#*:}}" exec {name} "$@"\n'
        )
        script.chmod(0o755)
    done = postgres_ground.manage(
        "backup",
        DATABASE_URL=with_password(postgres_ground.database.url, "s3cretly"),
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    assert done.returncode == 0, done.stderr
    assert "s3cretly" not in done.stdout + done.stderr
    assert "--format=custom" in (tmp_path / "seen.argv").read_text()
    assert "s3cretly" not in (tmp_path / "seen.argv").read_text()
    assert "PGPASSWORD=s3cretly" in (tmp_path / "seen.env").read_text()


@pytest.mark.django_db
def test_a_pg_dump_older_than_the_server_or_none_is_said_with_what_to_install(monkeypatch, tmp_path: Path):
    from django.db import connection

    from chatapp.upkeep import postgres
    from chatapp.upkeep.trouble import NoProgram

    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL")
    monkeypatch.setattr(postgres, "_INSTALLED", str(tmp_path / "nothing"))
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = postgres.version()
    with pytest.raises(NoProgram, match=rf"not installed here.*postgresql-client-{wanted}"):
        postgres.program("pg_dump")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    with pytest.raises(NoProgram, match=rf"of version 9, older than the server \({wanted}\)"):
        postgres.program("pg_dump")
