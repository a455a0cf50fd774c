"""Who may read whose conversations: in a scope, for a time, and no longer."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatapp.accounts import access
from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate, reactivate
from chatapp.accounts.groups import make_group, set_groups
from chatapp.accounts.models import ReviewGrant, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.review_grants import end_those_over, grant_review, revoke_review
from chatapp.audit.models import Entry
from tests.accounts.together import at_once

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def legal(ada, alice):
    """A group with Alice in it, without Bob."""
    group = make_group("Legal", by=ada)
    set_groups(alice.pk, [group.pk], by=ada)
    return group


def give(reviewer, by, group=None, **how):
    how = {"until": timezone.now() + 7 * DAY, "reason": "Quality of answers", "everyone": group is None} | how
    return grant_review(reviewer.pk, group_id=group.pk if group else None, by=by, **how)


def scope(user):
    return set(access.review_scope(User.objects.get(pk=user.pk)))


def epoch(user):
    return User.objects.get(pk=user.pk).auth_epoch


def test_a_reviewer_without_a_grant_reads_nobody(rita, alice):
    assert access.may_review(rita)
    assert scope(rita) == set()
    assert not access.may_export(rita)


def test_a_grant_over_a_group_opens_its_members_alone(rita, ada, alice, bob, legal):
    give(rita, ada, legal)
    assert scope(rita) == {alice.pk}
    set_groups(bob.pk, [legal.pk], by=ada)
    assert scope(rita) == {alice.pk, bob.pk}


def test_a_grant_over_everyone_opens_all(rita, ada, alice, bob):
    give(rita, ada)
    assert scope(rita) == {rita.pk, ada.pk, alice.pk, bob.pk}


def test_two_grants_make_one_scope_without_doubles(rita, ada, alice, bob, legal):
    sales = make_group("Sales", by=ada)
    set_groups(alice.pk, [legal.pk, sales.pk], by=ada)
    set_groups(bob.pk, [sales.pk], by=ada)
    give(rita, ada, legal)
    give(rita, ada, sales)
    assert sorted(access.review_scope(rita)) == sorted([alice.pk, bob.pk])


def test_a_grant_opens_from_its_start_to_its_end(rita, ada, alice, legal):
    now = timezone.now()
    later = give(rita, ada, legal, starts_at=now + DAY)
    assert scope(rita) == set()
    ReviewGrant.objects.filter(pk=later.pk).update(starts_at=now - 2 * DAY, until=now - DAY)
    assert scope(rita) == set()
    ReviewGrant.objects.filter(pk=later.pk).update(until=now + DAY)
    assert scope(rita) == {alice.pk}


def test_exporting_is_a_right_of_its_own_with_a_scope_of_its_own(rita, ada, alice, bob, legal):
    give(rita, ada)
    assert not access.may_export(rita)
    assert set(access.export_scope(rita)) == set()
    give(rita, ada, legal, may_export=True)
    assert access.may_export(rita)
    assert set(access.export_scope(rita)) == {alice.pk}
    assert bob.pk in scope(rita)


def test_nobody_but_the_reviewer_of_the_grant_reads_by_it(rita, ada, alice, eddi, legal):
    give(rita, ada, legal)
    for user in (ada, alice, eddi):
        assert scope(user) == set()
    assert set(access.review_scope(AnonymousUser())) == set()
    other = User.objects.create_user("rolf@example.org", None, role="reviewer")
    assert scope(other) == set()


def test_the_scope_is_read_in_one_query(rita, ada, legal, django_assert_num_queries):
    give(rita, ada, legal)
    give(rita, ada)
    with django_assert_num_queries(1):
        list(access.review_scope(rita))


@pytest.mark.parametrize("who", ["alice", "eddi", "ada"])
def test_only_reviewers_get_a_grant(ada, who, request):
    user = request.getfixturevalue(who)
    with pytest.raises(Refused, match="not an active reviewer"):
        give(user, ada)
    assert not ReviewGrant.objects.exists()


@pytest.mark.parametrize("who", ["alice", "rita", "eddi"])
def test_only_administrators_give_and_take_grants(ada, rita, who, request):
    by = request.getfixturevalue(who)
    with pytest.raises(Refused, match="Only administrators"):
        give(rita, by)
    grant = give(rita, ada)
    with pytest.raises(Refused, match="Only administrators"):
        revoke_review(grant.pk, by=by)
    assert ReviewGrant.objects.current().count() == 1


def test_a_grant_without_reason_scope_or_sensible_end_is_refused(rita, ada, legal):
    now = timezone.now()
    for how, field in (
        ({"reason": " \n"}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"everyone": False}, "group"),
        ({"until": now - DAY}, "until"),
        ({"starts_at": now + 3 * DAY, "until": now + 2 * DAY}, "until"),
        ({"until": now + 400 * DAY}, "until"),
    ):
        with pytest.raises(Refused) as refused:
            give(rita, ada, **how)
        assert refused.value.field == field
    with pytest.raises(Refused, match="one group, or everyone"):
        give(rita, ada, legal, everyone=True)
    gone = make_group("Gone", by=ada)
    gone.pk += 99
    with pytest.raises(Refused, match="not there any more"):
        give(rita, ada, gone)
    assert not ReviewGrant.objects.exists()
    assert not Entry.objects.filter(action="review.granted").exists()


def test_the_database_knows_no_grant_without_a_scope(rita):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewGrant.objects.create(reviewer=rita, until=timezone.now() + DAY)


def test_a_grant_taken_back_ends_the_reviewers_sessions_and_is_recorded(rita, ada, alice, legal):
    grant = give(rita, ada, legal, may_export=True)
    before = epoch(rita)
    assert revoke_review(grant.pk, by=ada)
    assert not revoke_review(grant.pk, by=ada)
    assert scope(rita) == set()
    assert epoch(rita) == before + 1
    given, taken = Entry.objects.filter(action__startswith="review.")
    assert (given.action, given.reason, given.actor_id) == ("review.granted", "Quality of answers", ada.pk)
    assert (taken.action, taken.subject_key) == ("review.revoked", str(rita.pk))
    assert taken.detail["group"] == "Legal"
    assert taken.detail["may_export"] is True


def test_who_stops_being_a_reviewer_keeps_no_grant_for_later(rita, ada):
    give(rita, ada)
    change_role(rita.pk, "member", by=ada)
    assert scope(rita) == set()
    change_role(rita.pk, "reviewer", by=ada)
    assert scope(rita) == set()
    assert Entry.objects.filter(action="review.revoked").count() == 1


def test_a_deactivated_reviewer_comes_back_without_grants(rita, ada):
    give(rita, ada)
    deactivate(rita.pk, by=ada)
    assert scope(rita) == set()
    reactivate(rita.pk, by=ada)
    assert scope(rita) == set()


def test_a_grant_that_is_over_ends_open_pages_once(rita, ada, legal):
    over, lasting = give(rita, ada, legal), give(rita, ada)
    now = timezone.now()
    ReviewGrant.objects.filter(pk=over.pk).update(starts_at=now - 2 * DAY, until=now - DAY)
    before = epoch(rita)
    assert end_those_over() == 1
    assert end_those_over() == 0
    assert epoch(rita) == before + 1
    assert Entry.objects.get(action="review.expired").actor_id is None
    assert ReviewGrant.objects.current().get() == lasting


@pytest.mark.django_db(transaction=True)
def test_many_processes_end_a_grant_once(rita, ada):
    grant = give(rita, ada)
    now = timezone.now()
    ReviewGrant.objects.filter(pk=grant.pk).update(starts_at=now - 2 * DAY, until=now - DAY)
    assert sorted(at_once(*[end_those_over] * 5)) == [0, 0, 0, 0, 1]
    assert Entry.objects.filter(action="review.expired").count() == 1
