import pytest
from django.test import Client


@pytest.fixture
def as_ada(ada):
    browser = Client()
    browser.force_login(ada)
    return browser
