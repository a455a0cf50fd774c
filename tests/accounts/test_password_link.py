"""Links to choose a new password, where no mail can be sent."""

import pytest
from django.test import Client
from django.utils import timezone

from chatapp.accounts.deactivate import deactivate
from chatapp.accounts.models import PasswordLink, User
from chatapp.accounts.password_link import make_password_link, use_password_link
from chatapp.accounts.refused import Refused
from tests.accounts.together import at_once
from tests.cast import PASSWORD, somebody

NEW = "another password 1"
FORM = {"password": NEW, "password_again": NEW}


@pytest.fixture
def token(alice, ada):
    return make_password_link(alice.pk, by=ada)


def test_it_sets_the_password_once_and_ends_all_sessions(client, token, alice):
    client.force_login(alice)
    use_password_link(token, NEW)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.get("/me/").status_code == 302
    with pytest.raises(Refused):
        use_password_link(token, "yet another one 2")


def test_only_its_hash_is_stored(token):
    assert token not in str(PasswordLink.objects.values().get())


def test_a_new_link_ends_the_earlier_one(token, alice, ada):
    make_password_link(alice.pk, by=ada)
    with pytest.raises(Refused):
        use_password_link(token, NEW)


def test_an_expired_link_sets_nothing(token, alice):
    PasswordLink.objects.update(expires_at=timezone.now())
    with pytest.raises(Refused):
        use_password_link(token, NEW)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_an_unknown_token_sets_nothing(db, token):
    with pytest.raises(Refused):
        use_password_link(token, NEW)


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_only_administrators_make_one(who, bob, ada, request):
    with pytest.raises(Refused, match="Only administrators"):
        make_password_link(bob.pk, by=request.getfixturevalue(who))
    assert not PasswordLink.objects.exists()


def test_none_for_oneself_nor_for_the_deactivated_nor_where_mail_works(alice, ada, settings):
    with pytest.raises(Refused, match="your own"):
        make_password_link(ada.pk, by=ada)
    settings.EMAIL_CONFIGURED = True
    with pytest.raises(Refused, match="can send mail"):
        make_password_link(alice.pk, by=ada)
    settings.EMAIL_CONFIGURED = False
    deactivate(alice.pk, by=ada)
    with pytest.raises(Refused, match="deactivated"):
        make_password_link(alice.pk, by=ada)


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_with_one_link_exactly_one_sets_the_password():
    ada, alice = somebody("Ada", "admin"), somebody("Alice")
    token = make_password_link(alice.pk, by=ada)
    results = at_once(*(lambda n=n: use_password_link(token, f"password number {n}") for n in range(10)))
    winners = [n for n, result in enumerate(results) if isinstance(result, User)]
    assert len(winners) == 1, results
    alice.refresh_from_db()
    assert alice.check_password(f"password number {winners[0]}")
    assert alice.auth_epoch == 1


def test_the_page_sets_the_password_and_lets_a_locked_out_member_in(client, token, alice):
    for n in range(5):
        guess = {"login": alice.email, "password": "guess"}
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/accounts/login/", guess)
    page = client.get(f"/new-password/{token}/")
    assert page["Referrer-Policy"] == "strict-origin"
    assert client.post(f"/new-password/{token}/", FORM)["Location"] == "/accounts/login/"
    client.post("/accounts/login/", {"login": alice.email, "password": NEW})
    assert client.get("/me/").status_code == 200


def test_the_page_refuses_a_weak_password_and_stays_usable(client, token, alice):
    weak = {"password": "alice@example.org", "password_again": "alice@example.org"}
    assert "too similar" in client.post(f"/new-password/{token}/", weak).content.decode()
    assert client.post(f"/new-password/{token}/", FORM).status_code == 302


def test_the_page_of_a_dead_link_says_what_to_do(client, token):
    use_password_link(token, NEW)
    response = client.get(f"/new-password/{token}/")
    assert response.status_code == 404
    assert "Ask an administrator for a new one" in response.content.decode()


def test_the_member_sees_who_made_the_link_and_when_it_was_used(client, token, alice):
    use_password_link(token, NEW)
    alice.refresh_from_db()
    client.force_login(alice)
    page = client.get("/me/").content.decode()
    assert "by Ada" in page
    assert "Was it not you?" in page
