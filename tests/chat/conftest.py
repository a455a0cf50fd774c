import pytest
from django.test import Client


@pytest.fixture
def at(db):
    """`at(alice)`: a browser signed in as her; `at(alice, csrf=True)`: one whose posts are checked."""

    def browser(user, csrf: bool = False) -> Client:
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user)
        return client

    return browser
