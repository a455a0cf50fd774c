"""Taking access away: at once, everywhere, and never from the last administrator."""

import pytest

from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate, reactivate
from chatapp.accounts.invite import invite
from chatapp.accounts.models import Invitation, PasswordLink, User
from chatapp.accounts.password_link import make_password_link, use_password_link
from chatapp.accounts.refused import Refused
from tests.accounts.together import at_once
from tests.cast import PASSWORD, somebody


def test_a_deactivated_member_is_out_of_every_open_browser(client, alice, ada):
    client.force_login(alice)
    deactivate(alice.pk, by=ada)
    assert client.get("/me/").status_code == 302


def test_a_deactivated_member_cannot_sign_in(client, alice, ada):
    deactivate(alice.pk, by=ada)
    response = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert response["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_reactivating_revives_no_session(client, alice, ada):
    client.force_login(alice)
    deactivate(alice.pk, by=ada)
    assert reactivate(alice.pk, by=ada).is_active
    assert client.get("/me/").status_code == 302
    assert client.login(email=alice.email, password=PASSWORD)


def test_the_last_active_administrator_stays(ada, alice):
    somebody("Grace", "admin")
    deactivate(User.objects.get(name="Grace").pk, by=ada)
    with pytest.raises(Refused, match="Ada is the only active administrator"):
        deactivate(ada.pk, by=ada)
    with pytest.raises(Refused, match="only active administrator"):
        change_role(ada.pk, "member", by=ada)
    with pytest.raises(Refused, match="only active administrator"):
        deactivate(ada.pk, by=None)
    ada.refresh_from_db()
    assert ada.is_team_admin
    assert ada.auth_epoch == 0


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_only_administrators_deactivate_and_reactivate(who, bob, ada, request):
    user = request.getfixturevalue(who)
    for deed in (deactivate, reactivate):
        with pytest.raises(Refused, match="Only administrators"):
            deed(bob.pk, by=user)
    bob.refresh_from_db()
    assert bob.is_active


def test_an_unknown_member_is_said_to_be_unknown(ada):
    for deed in (deactivate, reactivate):
        with pytest.raises(User.DoesNotExist):
            deed(999_999, by=ada)


def test_no_link_made_by_or_for_the_deactivated_works_any_more(ada, alice):
    grace = somebody("Grace", "admin")
    invite("new@example.org", by=grace)
    made_by_grace = make_password_link(alice.pk, by=grace)
    made_for_grace = make_password_link(grace.pk, by=ada)
    deactivate(grace.pk, by=ada)
    reactivate(grace.pk, by=ada)
    assert not Invitation.objects.open().exists()
    assert not PasswordLink.objects.open().exists()
    for token in (made_by_grace, made_for_grace):
        with pytest.raises(Refused):
            use_password_link(token, "another password 1")


@pytest.mark.django_db(transaction=True)
def test_administrators_who_remove_each_other_at_once_leave_one():
    admins = [somebody(f"Admin{n}", "admin") for n in range(4)]
    at_once(
        *(
            lambda by=by, other=other: deactivate(other.pk, by=by)
            for by in admins
            for other in admins
            if other != by
        )
    )
    assert User.objects.admins().count() == 1


@pytest.mark.django_db(transaction=True)
def test_administrators_who_all_step_down_at_once_leave_one():
    admins = [somebody(f"Admin{n}", "admin") for n in range(6)]
    results = at_once(*(lambda admin=admin: change_role(admin.pk, "member", by=admin) for admin in admins))
    assert User.objects.admins().count() == 1
    assert sum(isinstance(result, Refused) for result in results) == 1, results
