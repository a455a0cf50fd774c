"""Joining: once per invitation, with its address and role, never by a dead one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chatapp.accounts.deactivate import deactivate
from chatapp.accounts.invite import invite, revoke_invitation
from chatapp.accounts.join import find_invitation, join
from chatapp.accounts.models import Invitation, User
from chatapp.accounts.refused import Refused
from tests.accounts.together import at_once
from tests.cast import PASSWORD, somebody

FORM = {"name": "Nora", "password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture
def invitation(ada):
    return invite("nora@example.org", "reviewer", by=ada)


def test_the_invited_gets_the_address_and_role_of_the_invitation(invitation):
    user = join(invitation[1], name="Nora", password=PASSWORD)
    assert (user.email, user.role, user.name, user.is_active) == (
        "nora@example.org",
        "reviewer",
        "Nora",
        True,
    )
    used = Invitation.objects.get()
    assert (used.state, used.used_by) == ("used", user)


def test_an_invitation_works_once(invitation):
    join(invitation[1], name="Nora", password=PASSWORD)
    with pytest.raises(Refused, match="used"):
        join(invitation[1], name="Eve", password=PASSWORD)


def test_a_revoked_invitation_lets_nobody_in(invitation, ada):
    revoke_invitation(invitation[0].pk, by=ada)
    with pytest.raises(Refused, match="taken back"):
        join(invitation[1], name="Nora", password=PASSWORD)


def test_an_expired_invitation_lets_nobody_in(invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="expired"):
        join(invitation[1], name="Nora", password=PASSWORD)


def test_the_invitations_of_a_removed_administrator_let_nobody_in(invitation, ada):
    somebody("Grace", "admin")
    deactivate(ada.pk, by=None)
    with pytest.raises(Refused, match="taken back"):
        join(invitation[1], name="Nora", password=PASSWORD)


@pytest.mark.parametrize("token", ["", "wrong", "0" * 43])
def test_an_unknown_token_lets_nobody_in(invitation, token):
    with pytest.raises(Refused, match="not valid"):
        join(token, name="Eve", password=PASSWORD)


def test_an_address_that_got_an_account_meanwhile_leaves_the_invitation_unused(invitation):
    somebody("Nora")
    with pytest.raises(Refused, match="has an account"):
        join(invitation[1], name="Nora", password=PASSWORD)
    assert Invitation.objects.get().state == "open"
    assert User.objects.filter(email="nora@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_once_with_one_invitation_exactly_one_gets_in(ada):
    _, token = invite("nora@example.org", by=ada)
    results = at_once(*[lambda: join(token, name="Nora", password=PASSWORD)] * 30)
    assert sum(isinstance(result, User) for result in results) == 1, results
    assert sum(isinstance(result, Refused) and "used" in result.sentence for result in results) == 29, results
    assert User.objects.filter(email="nora@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_while_it_is_revoked_is_one_or_the_other(ada):
    opened, token = invite("nora@example.org", by=ada)
    joined, revoked = at_once(
        lambda: join(token, name="Nora", password=PASSWORD),
        lambda: revoke_invitation(opened.pk, by=ada),
    )
    opened.refresh_from_db()
    if isinstance(joined, User):
        assert (revoked, opened.state) == (False, "used")
    else:
        assert (revoked, opened.state) == (True, "revoked")
        assert not User.objects.filter(email="nora@example.org").exists()


def test_the_page_lets_in_and_signs_in(client, invitation):
    page = client.get(f"/join/{invitation[1]}/")
    assert "nora@example.org" in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    response = client.post(f"/join/{invitation[1]}/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_the_page_takes_neither_address_nor_role_from_the_form(client, invitation):
    client.post(f"/join/{invitation[1]}/", FORM | {"email": "eve@example.org", "role": "admin"})
    user = User.objects.get(name="Nora")
    assert (user.email, user.role) == ("nora@example.org", "reviewer")


def test_the_page_of_a_dead_invitation_says_why_and_what_to_do(client, invitation, ada):
    revoke_invitation(invitation[0].pk, by=ada)
    for response in (client.get(f"/join/{invitation[1]}/"), client.post(f"/join/{invitation[1]}/", FORM)):
        assert response.status_code == 404
        assert "Ask an administrator for a new one" in response.content.decode()


def test_who_is_signed_in_is_asked_to_sign_out_first(client, invitation, alice):
    client.force_login(alice)
    assert "still unused" in client.get(f"/join/{invitation[1]}/").content.decode()
    client.post(f"/join/{invitation[1]}/", FORM)
    assert find_invitation(invitation[1]).state == "open"
