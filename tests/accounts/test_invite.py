"""Inviting: administrators only, one open invitation per address, nobody who is here already."""

import pytest

from chatapp.accounts.deactivate import deactivate
from chatapp.accounts.invite import invite, revoke_invitation
from chatapp.accounts.models import Invitation, User
from chatapp.accounts.refused import Refused


def test_the_token_is_not_stored(ada):
    invitation, token = invite("New@Example.org", by=ada)
    assert token not in str(Invitation.objects.values().get())
    assert (invitation.email, invitation.role, invitation.state) == ("new@example.org", "member", "open")


def test_a_second_invitation_ends_the_first(ada):
    first, _ = invite("new@example.org", by=ada)
    second, _ = invite("NEW@example.org", "reviewer", by=ada)
    first.refresh_from_db()
    assert (first.state, second.state) == ("revoked", "open")


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_only_administrators_invite_and_revoke(who, ada, request):
    user = request.getfixturevalue(who)
    with pytest.raises(Refused):
        invite("new@example.org", by=user)
    open_one, _ = invite("new@example.org", by=ada)
    with pytest.raises(Refused):
        revoke_invitation(open_one.pk, by=user)
    assert Invitation.objects.open().count() == 1


def test_a_right_that_has_gone_since_the_page_was_loaded_counts_as_gone(ada, alice):
    User.objects.filter(pk=alice.pk).update(role="admin")
    stale_ada = User.objects.get(pk=ada.pk)
    deactivate(ada.pk, by=None)
    assert stale_ada.is_team_admin
    with pytest.raises(Refused):
        invite("new@example.org", by=stale_ada)


def test_who_has_an_account_is_not_invited(ada, alice):
    with pytest.raises(Refused, match="has an account"):
        invite("ALICE@example.org", by=ada)
    deactivate(alice.pk, by=ada)
    with pytest.raises(Refused, match="Reactivate"):
        invite("alice@example.org", by=ada)


def test_an_unknown_role_is_refused(ada):
    with pytest.raises(Refused, match="role"):
        invite("new@example.org", "owner", by=ada)


def test_revoking_twice_says_that_it_was_over(ada):
    invitation, _ = invite("new@example.org", by=ada)
    assert revoke_invitation(invitation.pk, by=ada)
    assert not revoke_invitation(invitation.pk, by=ada)
