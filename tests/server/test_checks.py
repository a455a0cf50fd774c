"""What the checks say of an installation; they ask no model, change nothing and tell no secret."""

import datetime
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone

from chatapp.conversations.models import Reply
from chatapp.server import checks
from chatapp.upkeep import manifest
from chatapp.upkeep.contents import Contents
from chatapp.usage.models import DailyUsage
from tests.conversations.stories import abandon, answered, asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    settings.BACKUP_DIR = str(tmp_path / "backups")
    return tmp_path


def test_each_check_gives_a_name_a_state_and_words():
    found = checks.findings()
    assert len(found) == len(checks.CHECKS) == len({one.name for one in found})
    for one in found:
        assert one.name
        assert one.words
        assert one.state in ("good", "look", "broken")
        assert one.state == "good" or one.what_to_do


def test_a_check_that_cannot_be_made_is_a_finding_and_the_others_are_made(monkeypatch):
    def away():
        raise OperationalError("gone")

    away.__name__ = "disk"
    monkeypatch.setattr(checks, "CHECKS", (away, checks.server))
    found = checks.findings()
    assert [one.state for one in found] == ["broken", "good"]
    assert "OperationalError" in found[0].words
    assert checks.worst(found) == "broken"


def test_the_database_is_named_with_its_size_and_can_be_written_to():
    assert checks.database().words.startswith(("SQLite 3", "PostgreSQL "))
    assert checks.writing().state == "good"
    assert checks.migrations().state == "good"


def test_looking_whether_it_can_be_written_to_changes_nothing(alice):
    answered(alice)
    before = list(DailyUsage.objects.values())
    checks.findings()
    assert list(DailyUsage.objects.values()) == before


def test_the_stand_in_is_named_and_how_to_have_the_model(settings):
    settings.OPENAI_BASE_URL = settings.CLOUDFLARE_AUTH_TOKEN = ""
    found = checks.model()
    assert found.state == "look"
    assert "stand-in" in found.words
    assert "CLOUDFLARE_ACCOUNT_ID" in found.what_to_do


@pytest.mark.parametrize(
    ("code", "state", "says"),
    [
        ("authentication", "broken", "token"),
        ("daily_quota", "broken", "00:00 UTC"),
        ("rate_limited", "look", "MAX_RUNNING"),
        ("protocol", "look", "check_model"),
    ],
)
def test_the_last_error_counts_until_an_answer_is_good_again(alice, settings, code, state, says):
    settings.OPENAI_BASE_URL = "https://me:hunter2@model.example.org:8443/v1"
    answered(alice, "Well?", "", state="failed", finish_reason="", error={"code": code, "sentence": "No."})
    found = checks.model()
    assert found.state == state
    assert says in found.what_to_do
    assert "model.example.org:8443" in found.words
    assert "hunter2" not in str(found)
    Reply.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=5))
    answered(alice, "Now?")
    assert checks.model().state == "good"


def test_answers_are_counted_by_what_becomes_of_them(alice):
    assert checks.replies().state == "good"
    told = asked(alice)
    asked(alice, "Next?", conversation=told.conversation)
    assert checks.replies().words == "1 being written, 1 waiting, 0 left behind."
    Reply.objects.filter(state="queued").update(created=timezone.now() - datetime.timedelta(minutes=5))
    assert "MAX_RUNNING" in checks.replies().what_to_do
    abandon(told.reply)
    assert checks.replies().words == "0 being written, 1 waiting, 1 left behind."
    assert checks.replies().state == "look"


def put_copy(folder: Path, days_ago: int, database: str = "") -> None:
    """A copy with what it says of itself; of this database, unless another is named."""
    made = timezone.now() - datetime.timedelta(days=days_ago)
    copy = folder / f"chatapp-{made:%Y%m%d-%H%M%S}.sqlite3"
    copy.touch()
    of = database or manifest.this_database()
    about = (copy.name, manifest.ASKED, made.isoformat(), "1", "sqlite", "3", 0, "", of, "", Contents())
    manifest.Manifest(*about).write(manifest.beside(copy))


def test_the_last_backup_is_the_newest_copy_of_this_database(data_folder):
    folder = data_folder / "backups"
    assert "None yet" in checks.backup().words
    folder.mkdir()
    put_copy(folder, 30)
    found = checks.backup()
    assert found.state == "look"
    assert "long ago" in found.what_to_do
    put_copy(folder, 0)
    assert checks.backup().state == "good"


def test_what_only_looks_like_a_backup_is_none(data_folder):
    folder = data_folder / "backups"
    folder.mkdir()
    (folder / "chatapp-notes.txt").touch()
    (folder / "chatapp-20260131-031500.sqlite3").touch()  # says nothing of itself: half of a copy
    put_copy(folder, 0, database="of another team")
    found = checks.backup()
    assert found.state == "look"
    assert "None yet" in found.words


def test_redis_is_asked_for_and_its_password_is_not_told(settings):
    settings.REDIS_URL = ""
    settings.PROCESSES = 1
    assert checks.doorbell().state == "good"
    settings.PROCESSES = 2
    assert checks.doorbell().state == "broken"
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    found = checks.doorbell()
    assert found.state == "broken"
    assert "127.0.0.1:1" in found.words
    assert "hunter2" not in str(found)


def test_little_room_on_the_disk_is_told(monkeypatch):
    usage = type(checks.shutil.disk_usage("/"))
    for free, state in ((50 * 1024**3, "good"), (1024**3, "look"), (1024**2, "broken")):
        monkeypatch.setattr(
            checks.shutil, "disk_usage", lambda path, free=free: usage(10**12, 10**12 - free, free)
        )
        assert checks.disk().state == state
