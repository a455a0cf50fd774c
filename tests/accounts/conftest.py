import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_attempts_yet():
    """Sign-in limits are counted in the cache; every test starts without attempts."""
    cache.clear()
