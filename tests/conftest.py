"""What all tests share."""

import os
import signal

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from chatapp.audit import schema
from tests.cast import ada, alice, bob, eddi, rita

__all__ = ["ada", "alice", "bob", "eddi", "rita"]


def pytest_configure():
    """`kill` ends a run as Ctrl+C does: the servers and browsers of its fixtures are ended, too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """On PostgreSQL each run has a test database of its own, so that two can run at the same time."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_chatapp_{os.getpid()}"


@pytest.fixture(autouse=True)
def nothing_counted():
    """Attempts and posts of one test are not held against the next, whose users have the same ids."""
    cache.clear()


@pytest.fixture(autouse=True)
def quick_start(settings):
    """Passwords hashed in no time, and static files by their plain names: nothing has to be collected."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True, scope="session")
def the_audit_log_can_be_emptied_between_tests():
    """Tests with real transactions empty all tables after themselves, which the log refuses."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def lifted(self, sql_list):
        with schema.lifted(self.connection):
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)
        yield
