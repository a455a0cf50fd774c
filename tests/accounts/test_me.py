"""Everybody's own page."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from chatapp.accounts.devices import device
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser(user, agent=FIREFOX):
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/me/").status_code == 200


def test_it_lists_the_browsers_signed_in(alice, bob):
    browser(bob, "curl/8")
    page = browser(alice).get("/me/").content.decode()
    assert "Firefox on Linux" in page
    assert "A browser" not in page


def test_one_other_browser_is_signed_out(alice):
    here, there = browser(alice), browser(alice)
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/me/sessions/{session.pk}/end/")["Location"] == "/me/"
    assert (is_in(here), is_in(there)) == (True, False)


def test_signing_out_this_browser_from_the_list_forgets_here(alice):
    here = browser(alice)
    session = UserSession.objects.get(session_key=here.session.session_key)
    response = here.post(f"/me/sessions/{session.pk}/end/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(here)


def test_nobody_ends_the_session_of_somebody_else(alice, bob):
    there = browser(bob)
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert browser(alice).post(f"/me/sessions/{session.pk}/end/").status_code == 404
    assert is_in(there)


def test_signing_out_everywhere_means_here_too(alice, bob):
    here, there, bobs = browser(alice), browser(alice), browser(bob)
    response = here.post("/me/sessions/end-all/")
    assert response["Location"] == "/accounts/login/"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert (is_in(here), is_in(there), is_in(bobs)) == (False, False, True)


def test_the_name_is_changed_and_nothing_else(client, alice):
    client.force_login(alice)
    client.post("/me/name/", {"name": "Alice B.", "role": "admin", "email": "x@example.org", "is_active": ""})
    alice.refresh_from_db()
    assert (alice.name, alice.role, alice.email, alice.is_active) == (
        "Alice B.", "member", "alice@example.org", True,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_bad_name_is_refused_beside_the_field(client, alice, name):
    client.force_login(alice)
    response = client.post("/me/name/", {"name": name})
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_the_theme_is_remembered_and_on_every_page(client, alice):
    client.force_login(alice)
    assert client.post("/me/theme/", {"theme": "dark"}, headers={"Accept": "*/*"}).status_code == 204
    assert 'data-theme="dark"' in client.get("/me/").content.decode()
    as_form = client.post("/me/theme/", {"theme": "light"}, headers={"Accept": "text/html"})
    assert as_form["Location"] == "/me/"
    alice.refresh_from_db()
    assert alice.theme == "light"


def test_an_unknown_theme_is_refused(client, alice):
    client.force_login(alice)
    assert client.post("/me/theme/", {"theme": "pink"}).status_code == 422
    alice.refresh_from_db()
    assert alice.theme == "system"


def test_the_signed_out_reach_nothing_of_it(client, db):
    assert client.get("/me/").status_code == 302
    for path in ("name/", "theme/", "sessions/1/end/", "sessions/end-all/"):
        assert client.post(f"/me/{path}").status_code == 401


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130 Safari/537.36", "Chrome on Mac"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent, words):
    assert device(agent) == words
