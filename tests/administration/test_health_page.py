"""How the installation is, for administrators."""

import re

import pytest

from chatapp.server import checks

pytestmark = pytest.mark.django_db


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_every_check_is_on_the_page_with_its_state_in_words_and_an_icon(as_ada):
    page = words(as_ada.get("/team/health/"))
    found = checks.findings()
    for one in found:
        assert f"<h3>{one.name}</h3>" in page
    states = re.findall(r'<li class="check is-(\w+)"><span class="check-state"><svg.*?</svg>([^<]+)</span>', page)
    named = {"good": "Good", "look": "Take a look", "broken": "Broken"}
    assert [(state, told) for state, told in states] == [(state, named[state]) for state, _told in states]
    assert len(states) == len(found)


def test_what_is_to_be_done_stands_with_it(as_ada, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    page = words(as_ada.get("/team/health/"))
    assert "Something is broken." in page
    assert "Check that it runs and that REDIS_URL names it." in page
    assert "hunter2" not in page


def test_what_htmx_fetches_is_the_list_alone(as_ada):
    part = words(as_ada.get("/team/health/", headers={"HX-Request": "true"}))
    assert "checks-list" in part
    assert "<html" not in part


def test_no_secret_is_on_it(as_ada, settings):
    settings.CLOUDFLARE_AUTH_TOKEN = settings.METRICS_TOKEN = settings.OPENAI_API_KEY = "hunter2"
    page = words(as_ada.get("/team/health/"))
    assert "<h3>Model</h3>" in page
    assert "hunter2" not in page
    assert settings.SECRET_KEY not in page
