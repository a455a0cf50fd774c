"""The administrators' page."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from chatapp.accounts.groups import make_group, set_groups
from chatapp.accounts.invite import invite
from chatapp.accounts.models import Group, Invitation, ReviewGrant, User
from chatapp.audit.models import Entry
from tests.cast import PASSWORD


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


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
    assert "Password link" not in words(as_ada.get(f"/team/{alice.pk}/"))
    assert "can send mail" in words(as_ada.post(f"/team/{alice.pk}/password-link/", follow=True))


def test_names_are_shown_as_text_never_as_markup(as_ada, alice):
    User.objects.filter(pk=alice.pk).update(name="<img src=x onerror=alert(1)>")
    assert "<img" not in words(as_ada.get("/team/"))


@pytest.mark.parametrize("page", ["/team/", "/team/{id}/", "/team/reviews/", "/team/groups/1/"])
def test_names_stay_text_on_every_page(as_ada, alice, page):
    name = "<img src=x onerror=alert(1)>"
    User.objects.filter(pk=alice.pk).update(name=name, role="reviewer")
    group = Group.objects.create(pk=1, name=name)
    group.memberships.create(user=alice)
    assert "<img" not in words(as_ada.get(page.format(id=alice.pk)))


def test_members_are_found_by_name_address_role_and_group(as_ada, alice, bob, rita):
    group = make_group("Legal", by=None)
    set_groups(bob.pk, [group.pk], by=None)

    def found(query):
        page = words(as_ada.get(f"/team/?{query}"))
        return {name for name in ("Alice", "Bob", "Rita") if f">{name}</a>" in page}

    assert found("q=ali") == {"Alice"}
    assert found("q=BOB%40EXAMPLE") == {"Bob"}
    assert found("role=reviewer") == {"Rita"}
    assert found(f"group={group.pk}") == {"Bob"}
    assert found("q=nobody") == set()
    assert found("q=nobody%00") == {"Alice", "Bob", "Rita"}
    assert found("role=owner&group=999") == {"Alice", "Bob", "Rita"}


def test_many_members_come_in_pages(as_ada):
    User.objects.bulk_create([User(email=f"m{n}@example.org", name=f"Member {n:03}") for n in range(60)])
    first, second = words(as_ada.get("/team/?role=member")), words(as_ada.get("/team/?role=member&page=2"))
    assert "Page 1 of 2" in first
    assert 'href="?role=member&amp;page=2"' in first
    assert "Member 059" in second
    assert "Member 000" not in second
    assert as_ada.get("/team/?page=nonsense").status_code == 200


def test_an_invitation_brings_its_groups(as_ada):
    group = make_group("Legal", by=None)
    form = {"email": "new@example.org", "role": "editor", "groups": [group.pk]}
    assert as_ada.post("/team/invite/", form).status_code == 200
    assert list(Invitation.objects.get().groups.all()) == [group]
    refused = as_ada.post("/team/invite/", form | {"email": "b@example.org", "groups": [group.pk + 9]})
    assert refused.status_code == 422
    assert "not there any more" in words(refused)


def test_the_page_of_a_member_shows_what_is_known_and_the_last_deeds(as_ada, ada, alice):
    group = make_group("Legal", by=ada)
    page = words(as_ada.post(f"/team/{alice.pk}/groups/", {"groups": [group.pk]}, follow=True))
    for expected in ("alice@example.org", "The groups of Alice are saved.", "Groups of a member changed", "Legal"):
        assert expected in page
    assert list(alice.groups.all()) == [group]
    assert "not there any more" in words(as_ada.post(f"/team/{alice.pk}/groups/", {"groups": [99]}, follow=True))
    assert as_ada.get("/team/999999/").status_code == 404
    assert as_ada.post("/team/999999/groups/", {}).status_code == 404
    assert as_ada.post("/team/999999/groups/", {"groups": [99]}).status_code == 404


def test_an_administrator_ends_the_sessions_of_a_member(as_ada, alice):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
        browser.get("/me/")
    ended = UserSession.objects.get(session_key=here.session.session_key)
    page = words(as_ada.post(f"/team/{alice.pk}/sessions/{ended.pk}/end/", follow=True))
    assert "Alice is signed out in that browser." in page
    assert here.get("/me/").status_code == 302
    assert there.get("/me/").status_code == 200
    assert "was signed out already" in words(
        as_ada.post(f"/team/{alice.pk}/sessions/{ended.pk}/end/", follow=True)
    )
    as_ada.post(f"/team/{alice.pk}/sign-out/")
    assert there.get("/me/").status_code == 302
    assert Entry.objects.filter(action="member.sessions_ended").count() == 2


def test_a_session_is_ended_through_its_own_members_address_alone(as_ada, alice, bob):
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    browser.get("/me/")
    session = UserSession.objects.get(user=alice)
    as_ada.post(f"/team/{bob.pk}/sessions/{session.pk}/end/")
    assert browser.get("/me/").status_code == 200


def test_groups_are_made_filled_renamed_and_deleted_on_their_pages(as_ada, alice):
    assert "is there" in words(as_ada.post("/team/groups/new/", {"name": "Legal"}, follow=True))
    group = Group.objects.get()
    address = f"/team/groups/{group.pk}/"
    assert "Alice is in the group now." in words(as_ada.post(f"{address}enter/", {"user": alice.pk}, follow=True))
    assert "1 member" in words(as_ada.get(address))
    assert "not in the group any more" in words(as_ada.post(f"{address}leave/", {"user": alice.pk}, follow=True))
    assert "new name" in words(as_ada.post(f"{address}rename/", {"name": "Law"}, follow=True))
    assert "“Law” is deleted" in words(as_ada.post(f"{address}delete/", follow=True))
    assert not Group.objects.exists()
    for path in ("", "enter/", "leave/", "rename/"):
        method = as_ada.get if not path else as_ada.post
        assert method(f"{address}{path}", {"user": alice.pk, "name": "X"}, follow=True).status_code in (200, 404)
    assert "not there any more" in words(as_ada.post(f"{address}delete/", follow=True))


@pytest.mark.parametrize("user", ["", "x", "-1", "9" * 40, "999999", "²"])
def test_who_is_not_there_cannot_enter_a_group(as_ada, user):
    group = make_group("Legal", by=None)
    page = words(as_ada.post(f"/team/groups/{group.pk}/enter/", {"user": user}, follow=True))
    assert "Choose a member" in page or "no such member" in page
    assert not group.memberships.exists()


def test_a_name_that_is_taken_stands_beside_the_field_with_what_was_typed(as_ada):
    make_group("Legal", by=None)
    other = make_group("Other", by=None)
    for address in ("/team/groups/new/", f"/team/groups/{other.pk}/rename/"):
        refused = as_ada.post(address, {"name": "LEGAL"})
        assert refused.status_code == 422
        assert "There is a group “LEGAL” already" in words(refused)
        assert 'value="LEGAL"' in words(refused)
        assert as_ada.post(address, {"name": " "}).status_code == 422


def grant_form(rita, **how):
    today = timezone.now().date()
    return {
        "reviewer": rita.pk,
        "scope": "everyone",
        "first": today.isoformat(),
        "last": today.isoformat(),
        "reason": "Quality",
    } | how


def test_a_right_to_review_is_given_until_the_end_of_its_last_day_and_taken_back(as_ada, rita):
    assert "Rita may review now." in words(as_ada.post("/team/reviews/grant/", grant_form(rita), follow=True))
    grant = ReviewGrant.objects.get()
    assert grant.state == "current"
    assert (grant.until.date() - timezone.now().date()).days == 1
    assert "The right is taken back" in words(as_ada.post(f"/team/reviews/{grant.pk}/revoke/", follow=True))
    assert "was over already" in words(as_ada.post(f"/team/reviews/{grant.pk}/revoke/", follow=True))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"reason": ""}, "Say what the reviews are for"),
        ({"last": "2001-01-01"}, "is over already"),
        ({"last": "2999-01-01"}, "one year at most"),
        ({"scope": "999"}, "not one of the available choices"),
        ({"reviewer": ""}, "Choose a reviewer"),
        ({"first": "soon"}, "valid date"),
    ],
)
def test_a_right_that_makes_no_sense_is_refused_beside_its_field(as_ada, rita, how, sentence):
    refused = as_ada.post("/team/reviews/grant/", grant_form(rita, **how))
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert not ReviewGrant.objects.exists()


def test_only_reviewers_can_be_chosen(as_ada, rita, alice):
    assert as_ada.post("/team/reviews/grant/", grant_form(alice)).status_code == 422
    assert not ReviewGrant.objects.exists()
