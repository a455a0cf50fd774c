"""Changing a role: by administrators, effective at once."""

import pytest

from chatapp.accounts.change_role import change_role
from chatapp.accounts.invite import invite
from chatapp.accounts.models import Invitation
from chatapp.accounts.refused import Refused
from tests.cast import somebody


def test_a_new_role_ends_the_sessions_of_the_old_one(client, alice, ada):
    client.force_login(alice)
    assert change_role(alice.pk, "reviewer", by=ada).role == "reviewer"
    assert client.get("/me/").status_code == 302


def test_the_same_role_changes_nothing(client, alice, ada):
    client.force_login(alice)
    change_role(alice.pk, "member", by=ada)
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_nobody_makes_oneself_an_administrator(who, ada, request):
    user = request.getfixturevalue(who)
    with pytest.raises(Refused, match="Only administrators"):
        change_role(user.pk, "admin", by=user)
    user.refresh_from_db()
    assert user.role != "admin"


def test_an_unknown_role_is_refused(alice, ada):
    with pytest.raises(Refused, match="role"):
        change_role(alice.pk, "owner", by=ada)


def test_who_stops_being_administrator_leaves_no_open_invitation(ada):
    grace = somebody("Grace", "admin")
    invite("new@example.org", by=grace)
    change_role(grace.pk, "member", by=ada)
    assert not Invitation.objects.open().exists()
