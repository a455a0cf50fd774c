"""The administrators' page."""

import re

import pytest
from django.urls import reverse

from chatapp.accounts.invite import invite
from chatapp.accounts.models import Invitation, User
from tests.cast import PASSWORD

ACTIONS = [
    ("team_invite", [], {"email": "new@example.org", "role": "member"}),
    ("team_revoke", [1], {}),
    ("team_role", [1], {"role": "admin"}),
    ("team_deactivate", [1], {}),
    ("team_reactivate", [1], {}),
    ("team_password_link", [1], {}),
]


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_it_is_for_administrators_alone(client, who, ada, bob, request):
    client.force_login(request.getfixturevalue(who))
    before = list(User.objects.order_by("pk").values())
    assert client.get("/team/").status_code == 403
    for name, arguments, fields in ACTIONS:
        address = reverse(f"accounts:{name}", args=[bob.pk for _ in arguments])
        assert client.post(address, fields).status_code == 403, name
    assert list(User.objects.order_by("pk").values()) == before
    assert not Invitation.objects.exists()


def test_every_action_needs_a_post_and_somebody_signed_in(client, as_ada, ada):
    for name, arguments, _ in ACTIONS:
        address = reverse(f"accounts:{name}", args=[ada.pk for _ in arguments])
        assert as_ada.get(address).status_code == 405, name
    client.logout()
    for name, arguments, fields in ACTIONS:
        address = reverse(f"accounts:{name}", args=[ada.pk for _ in arguments])
        assert client.post(address, fields).status_code == 401, name


def test_it_lists_members_and_open_invitations(as_ada, ada, alice):
    invite("nora@example.org", by=ada)
    page = words(as_ada.get("/team/"))
    for expected in ("Alice", "alice@example.org", "nora@example.org", "Administrator"):
        assert expected in page


def test_the_invitation_link_is_shown_once_and_works(as_ada, client):
    page = words(as_ada.post("/team/invite/", {"email": "nora@example.org", "role": "member"}))
    address = re.search(r'value="(http://[^"]+/join/[^"]+)"', page)[1]
    token = address.rstrip("/").rsplit("/", 1)[-1]
    assert token not in words(as_ada.get("/team/"))
    client.logout()
    form = {"name": "Nora", "password": PASSWORD, "password_again": PASSWORD}
    assert client.post(f"/join/{token}/", form).status_code == 302
    assert User.objects.get(name="Nora").email == "nora@example.org"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nonsense", "role": "member"}, "This is not an e-mail address"),
        ({"email": "ada@example.org", "role": "member"}, "has an account already"),
        ({"email": "new@example.org", "role": "owner"}, "not one of the available choices"),
    ],
)
def test_a_bad_invitation_is_refused_beside_the_field_and_what_was_typed_stays(as_ada, fields, sentence):
    response = as_ada.post("/team/invite/", fields)
    assert response.status_code == 422
    assert sentence in words(response)
    assert f'value="{fields["email"]}"' in words(response)
    assert not Invitation.objects.exists()


def test_an_invitation_is_taken_back(as_ada, ada):
    invitation, _ = invite("nora@example.org", by=ada)
    page = words(as_ada.post(f"/team/invitations/{invitation.pk}/revoke/", follow=True))
    assert "is taken back" in page
    assert "nora@example.org" not in page


def test_a_member_is_deactivated_reactivated_and_given_a_role(as_ada, alice):
    assert "Alice is deactivated" in words(as_ada.post(f"/team/{alice.pk}/deactivate/", follow=True))
    assert "Alice can sign in again" in words(as_ada.post(f"/team/{alice.pk}/reactivate/", follow=True))
    page = words(as_ada.post(f"/team/{alice.pk}/role/", {"role": "reviewer"}, follow=True))
    assert "Alice is now Reviewer" in page


def test_the_last_administrator_is_told_what_to_do_first(as_ada, ada):
    for path, fields in (("deactivate", {}), ("role", {"role": "member"})):
        page = words(as_ada.post(f"/team/{ada.pk}/{path}/", fields, follow=True))
        assert "Make somebody else an administrator first" in page
    ada.refresh_from_db()
    assert ada.is_team_admin


def test_an_unknown_member_is_not_found(as_ada):
    for path in ("deactivate", "reactivate", "password-link"):
        assert as_ada.post(f"/team/999999/{path}/").status_code == 404
    assert as_ada.post("/team/999999/role/", {"role": "admin"}).status_code == 404


def test_a_password_link_is_shown_once_where_no_mail_can_be_sent(as_ada, alice, settings):
    page = words(as_ada.post(f"/team/{alice.pk}/password-link/"))
    assert re.search(r'value="http://[^"]+/new-password/[^"]+"', page)
    settings.EMAIL_CONFIGURED = True
    assert "Password link" not in words(as_ada.get("/team/"))
    assert "can send mail" in words(as_ada.post(f"/team/{alice.pk}/password-link/", follow=True))


def test_names_are_shown_as_text_never_as_markup(as_ada, alice):
    User.objects.filter(pk=alice.pk).update(name="<img src=x onerror=alert(1)>")
    assert "<img" not in words(as_ada.get("/team/"))
