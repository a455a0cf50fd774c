"""What all tests share."""

import pytest
from django.core.cache import cache

from tests.cast import ada, alice, bob, rita

__all__ = ["ada", "alice", "bob", "rita"]


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
