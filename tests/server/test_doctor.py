"""The doctor names what is wrong and what to do, and says so by its exit code, too."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet

from chatapp.audit import schema
from chatapp.audit.models import Entry
from chatapp.audit.record import record
from chatapp.upkeep.audit_actions import BACKED_UP

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_good_place(settings, tmp_path):
    tmp_path.chmod(0o700)
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    settings.SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    settings.REDIS_URL, settings.PROCESSES = "", 1


def told() -> tuple[str, bool]:
    """What it printed, and whether it found a fault."""
    out, errors = StringIO(), StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True)
    except CommandError as error:
        errors.write(str(error))
    return out.getvalue(), "found a fault" in errors.getvalue()


def test_a_good_installation_has_no_fault():
    words, broken = told()
    assert not broken
    assert "No fault" in words
    assert "Audit log: Whole" in words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"DEBUG": True}, "Unset DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is short"),
        ({"HOST": "0.0.0.0", "SITE_URL": ""}, "Set SITE_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL"),
        ({"PROCESSES": 3}, "PROCESSES=1"),
    ],
)
def test_a_fault_of_the_setup_is_named_with_what_to_do(settings, changes, says):
    for name, value in changes.items():
        setattr(settings, name, value)
    words, broken = told()
    assert broken
    assert says in words


def test_an_address_without_encryption_and_odd_credentials_are_worth_a_look(settings):
    settings.SITE_URL, settings.HTTPS = "http://chat.example.org", False
    settings.CLOUDFLARE_ACCOUNT_ID, settings.CLOUDFLARE_AUTH_TOKEN = "mine", "s3cret with spaces"
    words, _broken = told()
    assert "not encrypted" in words
    assert "32 hexadecimal digits" in words
    assert "s3cret" not in words


def test_a_key_that_others_can_read_is_a_fault_unless_the_folder_is_closed(tmp_path):
    key = tmp_path / "secret_key"
    key.write_text("k" * 60)
    key.chmod(0o644)
    assert not told()[1]
    tmp_path.chmod(0o755)
    words, broken = told()
    assert broken
    assert f"chmod -R go= {key}" in words


def test_a_changed_row_of_the_log_is_a_fault():
    record(BACKED_UP, actor=None)
    with schema.lifted(connection):
        QuerySet(Entry).update(reason="another")
    words, broken = told()
    assert broken
    assert "Row 1 does not fit" in words


def test_something_stored_in_the_future_shows_a_wrong_clock(monkeypatch):
    import datetime

    from django.utils import timezone

    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now + datetime.timedelta(hours=2))
        record(BACKED_UP, actor=None)
    words, broken = told()
    assert broken
    assert "clock" in words.lower()
