"""A restore brings back every row or changes nothing, and nobody works on the data meanwhile."""

import asyncio
import json
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from tests.e2e.people import Person, let_in
from tests.server.process import ServeProcess

from .ground import CHANGED, Ground

pytestmark = pytest.mark.timeout(300)  # the first of them makes the tables


def beside(copy: Path) -> Path:
    return copy.with_name(copy.name + ".json")


def retold(copy: Path, **changes) -> None:
    about = json.loads(beside(copy).read_text())
    beside(copy).write_text(json.dumps(about | changes))


def without_epochs(rows: dict[str, list[str]], ground: Ground) -> dict[str, list[str]]:
    """All but what a restore changes: members keep everything but the epoch of their sessions."""
    columns = "id, email, password, name, role, is_active, date_joined"
    members = sorted(repr(row) for row in ground.peek.rows(f"SELECT {columns} FROM accounts_user"))
    kept = {table: found for table, found in rows.items() if table not in CHANGED | {"accounts_user"}}
    return kept | {"accounts_user": members}


def damage(ground: Ground) -> None:
    """What somebody would want to take back."""
    ground.run("UPDATE conversations_message SET text = 'gone'")
    ground.run("DELETE FROM feedback_rating")
    ground.run("UPDATE accounts_user SET is_active = false")


# ── the way back ─────────────────────────────────────────────────────────────────────────────
def test_every_row_of_every_table_is_as_it_was(ground: Ground):
    copy = ground.backup()
    before = without_epochs(ground.rows(), ground)
    damage(ground)
    assert without_epochs(ground.rows(), ground) != before
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    assert without_epochs(ground.rows(), ground) == before
    assert sum(len(rows) for rows in before.values()) > 1000


def test_it_stands_in_the_log_which_goes_on_whole(ground: Ground):
    copy = ground.backup()
    end = ground.peek.rows("SELECT number, hash FROM audit_head")[0]
    ground.manage("restore", str(copy), "--yes")
    [(action, subject, detail)] = ground.peek.rows(
        "SELECT action, subject_key, detail FROM audit_entry ORDER BY number DESC LIMIT 1"
    )
    assert (action, subject) == ("upkeep.restore", copy.name)
    assert json.loads(detail)["replaced_log"] == f"{end[0]}:{end[1]}"
    done = ground.manage("verify_audit")
    assert done.returncode == 0, done.stderr


def test_what_was_there_is_copied_first_and_can_be_brought_back(ground: Ground):
    copy = ground.backup()
    damage(ground)
    damaged = without_epochs(ground.rows(), ground)
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    (kept,) = [path for path in ground.copies() if path != copy]
    assert f"until now: {kept}" in done.stdout
    assert ground.manage("restore", str(kept), "--yes").returncode == 0
    assert without_epochs(ground.rows(), ground) == damaged


def test_an_empty_place_can_be_restored_into(ground: Ground):
    copy = ground.backup()
    before = without_epochs(ground.rows(), ground)
    if ground.is_postgres:
        ground.run("DROP SCHEMA public CASCADE")
        ground.run("CREATE SCHEMA public")
    else:
        ground.file.unlink()
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    assert without_epochs(ground.rows(), ground) == before
    assert ground.copies() == [copy]


def test_a_backup_of_an_older_version_gets_todays_tables(ground: Ground):
    assert ground.manage("migrate", "sharing", "zero").returncode == 0
    copy = ground.backup()
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    assert ground.peek.rows("SELECT count(*) FROM sharing_share") == [(0,)]
    assert ground.manage("migrate", "--check").returncode == 0


def test_tables_that_came_after_the_backup_are_gone(ground: Ground):
    copy = ground.backup()
    later = "CREATE TABLE later (id integer PRIMARY KEY, owner bigint REFERENCES accounts_user (id))"
    ground.run(later)
    assert ground.manage("restore", str(copy), "--yes").returncode == 0
    assert "later" not in ground.rows()


def test_sessions_end_and_answers_that_were_being_written_are_interrupted(ground: Ground):
    with ServeProcess(database=ground.database, env={"DRAIN_SECONDS": "0.2"}) as server:
        alice = let_in(server)["alice"]

        async def ask() -> str:
            person = Person(server, **alice)
            told = await person.send("[[standin tokens=4000 rate=20 reasoning=0]]")
            await person.close()
            return told["reply"]

        reply = asyncio.run(ask())
        running = "SELECT count(*) FROM conversations_reply WHERE state = 'running'"
        assert ground.peek.rows(running) == [(1,)]
        copy = ground.backup()
        server.stop()
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    assert "sign in again" in done.stdout
    assert "1 answers that were being written" in done.stdout
    assert ground.peek.rows("SELECT count(*) FROM django_session") == [(0,)]
    assert ground.peek.reply(reply)["state"] == "interrupted"


# ── while somebody works on the data ─────────────────────────────────────────────────────────
def test_a_running_server_is_refused_and_nothing_changes(ground: Ground):
    copy = ground.backup()
    damage(ground)
    with ServeProcess(database=ground.database) as server:
        done = ground.manage("restore", str(copy), "--yes")
        assert done.returncode == 1
        assert "Stop " in done.stderr
        assert ground.peek.rows("SELECT DISTINCT text FROM conversations_message") == [("gone",)]
        assert server.stop() == 0
    assert ground.manage("restore", str(copy), "--yes").returncode == 0


def test_another_program_at_the_database_is_refused_too(sqlite_ground: Ground):
    copy = sqlite_ground.backup()
    with sqlite3.connect(sqlite_ground.file) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM accounts_user").fetchone()
        done = sqlite_ground.manage("restore", str(copy), "--yes")
        assert done.returncode == 1
        assert "has chatapp.sqlite3 open" in done.stderr
    other.close()
    assert sqlite_ground.manage("restore", str(copy), "--yes").returncode == 0


# ── what is refused ──────────────────────────────────────────────────────────────────────────
def refused(ground: Ground, copy: Path, *words: str) -> None:
    before = ground.rows()
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 1
    for word in words:
        assert word in done.stderr
    assert ground.rows() == before
    left = {p.name for p in ground.database.data_dir.iterdir() if "restoring" in p.name}
    assert not left


def test_nobody_to_ask_and_no_yes_changes_nothing(ground: Ground):
    copy = ground.backup()
    done = ground.manage("restore", str(copy))
    assert done.returncode == 1
    assert "--yes" in done.stderr


def test_one_changed_byte_is_noticed(ground: Ground):
    copy = ground.backup()
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    refused(ground, copy, "damaged", "content is not what it was")


def test_a_cut_file_is_noticed(ground: Ground):
    copy = ground.backup()
    copy.write_bytes(copy.read_bytes()[:-1000])
    refused(ground, copy, "damaged", "bytes")


def test_a_damaged_file_with_a_manifest_that_fits_it_is_read_and_noticed(ground: Ground):
    copy = ground.backup()
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2] + b"\x00" * 20_000)
    retold(copy, size=copy.stat().st_size, sha256=sha256(copy.read_bytes()).hexdigest())
    refused(ground, copy, "is damaged")


def test_a_file_without_its_manifest_is_none_of_ours(ground: Ground):
    copy = ground.backup()
    beside(copy).unlink()
    refused(ground, copy, f"no {copy.name}.json beside")


@pytest.mark.parametrize("content", ["", "{}", '{"chatapp": 1}', "[1]", "not json"])
def test_a_manifest_that_is_none_is_named(ground: Ground, content: str):
    copy = ground.folder
    copy.mkdir()
    copy = copy / "chatapp-20260101-000000.dump"
    copy.write_text("x")
    beside(copy).write_text(content)
    refused(ground, copy, "damaged, or not of Chatapp")


def test_a_backup_of_a_newer_version_is_refused_with_its_version(ground: Ground):
    copy = ground.backup()
    about = json.loads(beside(copy).read_text())
    about["contents"]["migrations"].append("conversations.0999_from_tomorrow")
    retold(copy, contents=about["contents"], version="9.9")
    refused(ground, copy, "newer Chatapp (version 9.9", "conversations.0999_from_tomorrow")


def test_a_backup_of_the_other_engine_is_refused(ground: Ground):
    copy = ground.backup()
    retold(copy, engine="sqlite" if ground.is_postgres else "postgresql")
    refused(ground, copy, "DATABASE_URL names")


def test_a_file_that_is_not_there_is_named(ground: Ground):
    refused(ground, ground.folder / "chatapp-20260101-000000.dump", "There is no file")


def test_without_room_for_the_present_data_nothing_is_replaced(ground: Ground):
    copy = ground.backup()
    damage(ground)
    before = ground.rows()
    done = ground.manage("restore", str(copy), "--yes", largest=50_000)
    assert done.returncode == 1
    assert "no room" in done.stderr
    assert ground.rows() == before


def test_a_database_that_cannot_be_read_any_more_is_set_aside_and_replaced(sqlite_ground: Ground):
    ground = sqlite_ground
    copy = ground.backup()
    before = without_epochs(ground.rows(), ground)
    ground.file.write_bytes(b"nothing of a database" * 1000)
    done = ground.manage("restore", str(copy), "--yes")
    assert done.returncode == 0, done.stderr
    assert without_epochs(ground.rows(), ground) == before
    (kept,) = ground.folder.glob("*.damaged")
    assert kept.read_bytes() == b"nothing of a database" * 1000
