import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    """Uploads lie in a folder of the test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def at(db):
    """`at(alice)`: a browser signed in as her."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser
