"""Signing in and out, and passwords, through the pages."""

import re

import pytest
from django.core import mail
from django.test import Client

from chatapp.accounts.deactivate import deactivate
from chatapp.accounts.models import User
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"
NEW = "another password 1"


def sign_in(client, email="alice@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password} | more)


def is_in(client):
    return client.get("/me/").status_code == 200


def words(response):
    return response.content.decode()


@pytest.fixture
def mailing(settings):
    """A server that can send mail."""
    settings.EMAIL_CONFIGURED = True


def test_the_address_in_any_spelling_and_the_password_let_in(client, alice):
    response = sign_in(client, " Alice@EXAMPLE.org ")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)


def test_the_session_key_is_new_after_signing_in(client, alice):
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["session"] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("wanted", "got"), [("/c/1/", "/c/1/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_after_signing_in_one_is_where_one_wanted_to_be_but_never_elsewhere(client, alice, wanted, got):
    assert sign_in(client, next=wanted)["Location"] == got


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, alice):
    wrong = sign_in(client, password="not this one")
    unknown = sign_in(client, "nobody@example.org")
    assert "do not match" in words(wrong)

    def anonymous(response, email):
        page = words(response).replace(email, "…")
        return re.sub(r'(csrfmiddlewaretoken" value=|csrftoken": )"[^"]+"', "", page)

    assert anonymous(wrong, "alice@example.org") == anonymous(unknown, "nobody@example.org")
    assert not is_in(client)


def test_guessing_one_address_is_stopped_even_with_the_right_password_and_from_elsewhere(alice):
    for n in range(5):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{n}"), password="guess")
    stopped = Client(REMOTE_ADDR="10.0.9.9")
    assert "Too many failed attempts" in words(sign_in(stopped))
    assert not is_in(stopped)


def test_guessing_many_addresses_from_one_client_is_stopped(client, alice):
    for n in range(10):
        sign_in(client, f"user{n}@example.org", "guess")
    assert "Too many failed attempts" in words(sign_in(client))
    elsewhere = Client(REMOTE_ADDR="10.0.0.2")
    sign_in(elsewhere)
    assert is_in(elsewhere)


def test_a_made_up_forwarded_for_header_does_not_get_around_the_limit(alice):
    for n in range(10):
        sign_in(Client(headers={"X-Forwarded-For": f"1.2.3.{n}"}), f"user{n}@example.org", "guess")
    client = Client(headers={"X-Forwarded-For": "9.9.9.9"})
    sign_in(client)
    assert not is_in(client)


def test_behind_one_proxy_the_last_forwarded_address_counts(settings, alice):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(10):
        sign_in(Client(headers={"X-Forwarded-For": f"1.2.3.{n}, 8.8.8.8"}), f"user{n}@example.org", "guess")
    same, other = (Client(headers={"X-Forwarded-For": f"1.1.1.1, {ip}"}) for ip in ("8.8.8.8", "8.8.4.4"))
    sign_in(same)
    sign_in(other)
    assert (is_in(same), is_in(other)) == (False, True)


def test_nobody_signs_up_without_an_invitation(client, db):
    form = {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", form)):
        assert "by invitation" in words(response)
    assert not User.objects.exists()


def test_signing_out_makes_the_browser_forget(client, alice):
    client.force_login(alice)
    key = client.session.session_key
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    assert not client.session.exists(key)


def test_a_link_to_the_sign_out_page_signs_nobody_out(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)


def test_signing_in_and_out_need_the_form_of_this_site(alice):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    strict.force_login(alice)
    assert strict.post("/accounts/logout/").status_code == 403
    assert is_in(strict)


def test_pages_of_the_signed_in_are_kept_in_no_cache(client, alice):
    client.force_login(alice)
    for address in ("/me/", "/", "/accounts/password/change/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


# ── passwords ────────────────────────────────────────────────────────────────────────────────
def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(
        "/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": again or new}
    )


def test_a_changed_password_keeps_this_browser_in_and_puts_all_others_out(client, alice):
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    assert change(client)["Location"] == "/me/"
    assert (is_in(client), is_in(other)) == (True, False)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert alice.auth_epoch == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "wrong"}, "not your current password"),
        ({"again": "different 12345"}, "same password"),
        ({"new": "short"}, "at least 10 characters"),
        ({"new": "1234567890123"}, "entirely numeric"),
    ],
)
def test_a_bad_change_changes_nothing(client, alice, fields, sentence):
    sign_in(client)
    assert sentence in words(change(client, **fields))
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_password_changed_while_the_account_is_deactivated_does_not_reactivate_it(alice, ada, rf):
    from chatapp.accounts.adapter import AccountAdapter

    stale = User.objects.get(pk=alice.pk)
    deactivate(alice.pk, by=ada)
    AccountAdapter().set_password(stale, NEW)
    alice.refresh_from_db()
    assert not alice.is_active


def test_a_server_with_mail_asks_for_the_address(client, db, mailing):
    assert 'name="email"' in words(client.get("/accounts/password/reset/"))


def ask_for_mail(client, email="alice@example.org"):
    return client.post("/accounts/password/reset/", {"email": email})


def link_in_mail():
    return re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]


def test_a_mailed_link_sets_a_new_password_once_and_ends_all_sessions(client, alice, mailing):
    other = Client()
    sign_in(other)
    ask_for_mail(client)
    address = link_in_mail()
    form = client.get(address)["Location"]
    assert address.rsplit("-", 1)[-1] not in form, "the page with the form must not have the key in its address"
    client.post(form, {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert not is_in(other)
    assert "used or has expired" in words(Client().get(address, follow=True))


def test_a_mailed_link_dies_with_the_account(client, alice, ada, mailing):
    ask_for_mail(client)
    deactivate(alice.pk, by=ada)
    form = client.get(link_in_mail(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    late = Client()
    sign_in(late, password=NEW)
    assert not is_in(late)


def test_who_has_failed_too_often_can_sign_in_after_a_reset(client, alice, mailing):
    for n in range(5):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{n}"), password="guess")
    ask_for_mail(client)
    client.post(client.get(link_in_mail())["Location"], {"password1": NEW, "password2": NEW})
    sign_in(client, password=NEW)
    assert is_in(client)


def test_asking_for_a_mail_tells_nobody_who_has_an_account(client, alice, bob, ada, mailing):
    deactivate(bob.pk, by=ada)
    answers = set()
    for email in ("alice@example.org", "nobody@example.org", "bob@example.org"):
        response = ask_for_mail(client, email)
        answers.add((response.status_code, response["Location"]))
    assert answers == {(302, "/accounts/password/reset/done/")}
    assert [message.to for message in mail.outbox] == [
        ["alice@example.org"],
        ["nobody@example.org"],
        ["bob@example.org"],
    ]
    assert not any("reset/key" in message.body for message in mail.outbox[1:])


def test_mails_to_one_address_are_limited(client, alice, mailing):
    statuses = [ask_for_mail(client).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_a_server_without_mail_says_whom_to_ask_and_sends_nothing(client, alice, settings):
    settings.EMAIL_CONFIGURED = False
    for response in (client.get("/accounts/password/reset/"), ask_for_mail(client)):
        assert "Ask an administrator" in words(response)
        assert 'name="email"' not in words(response)
    assert mail.outbox == []
