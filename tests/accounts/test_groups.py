"""Groups: who makes them, who is in them, and what ends with them."""

import datetime

import pytest
from django.utils import timezone

from chatapp.accounts.groups import delete_group, make_group, rename_group, set_groups
from chatapp.accounts.models import Group, Membership, ReviewGrant, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.review_grants import grant_review
from chatapp.audit.models import Entry
from tests.accounts.together import at_once

pytestmark = pytest.mark.django_db


def grant_over(group, reviewer, by):
    until = timezone.now() + datetime.timedelta(days=7)
    return grant_review(reviewer.pk, group_id=group.pk, until=until, reason="Quality", by=by)


def epoch(user):
    return User.objects.get(pk=user.pk).auth_epoch


def test_a_group_has_a_name_that_only_it_has(ada):
    assert make_group("  Legal \n team ", by=ada).name == "Legal team"
    for name, words in (("legal TEAM", "already"), (" ", "Type a name"), ("x" * 81, "80")):
        with pytest.raises(Refused, match=words) as refused:
            make_group(name, by=ada)
        assert refused.value.field == "name"
    assert Group.objects.count() == 1


def test_a_group_is_renamed(ada):
    legal, other = make_group("Legal", by=ada), make_group("Other", by=ada)
    assert rename_group(legal.pk, "Law", by=ada).name == "Law"
    with pytest.raises(Refused, match="already"):
        rename_group(other.pk, "LAW", by=ada)
    assert Entry.objects.filter(action="group.renamed").get().detail == {"before": "Legal"}


@pytest.mark.parametrize("who", ["alice", "rita", "eddi"])
def test_only_administrators_touch_groups(ada, who, request):
    by = request.getfixturevalue(who)
    group = make_group("Legal", by=ada)
    before = Entry.objects.count()
    for deed in (
        lambda: make_group("Mine", by=by),
        lambda: rename_group(group.pk, "Mine", by=by),
        lambda: delete_group(group.pk, by=by),
        lambda: set_groups(by.pk, [group.pk], by=by),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            deed()
    assert list(Group.objects.values_list("name", flat=True)) == ["Legal"]
    assert not Membership.objects.exists()
    assert Entry.objects.count() == before


def test_somebody_is_in_the_groups_that_were_chosen_and_in_no_others(ada, alice):
    legal, sales, lab = (make_group(name, by=ada) for name in ("Legal", "Sales", "Lab"))
    set_groups(alice.pk, [legal.pk, sales.pk], by=ada)
    set_groups(alice.pk, [sales.pk, lab.pk], by=ada)
    set_groups(alice.pk, [sales.pk, lab.pk], by=ada)
    assert set(alice.groups.values_list("name", flat=True)) == {"Sales", "Lab"}
    rows = Entry.objects.filter(action="group.membership")
    assert [row.detail for row in rows] == [
        {"entered": ["Legal", "Sales"], "left": []},
        {"entered": ["Lab"], "left": ["Legal"]},
    ]
    assert rows[0].subject_label == "Alice <alice@example.org>"


def test_groups_that_are_gone_are_refused_whole(ada, alice):
    legal = make_group("Legal", by=ada)
    with pytest.raises(Refused, match="not there any more"):
        set_groups(alice.pk, [legal.pk, legal.pk + 99], by=ada)
    for deed in (lambda: rename_group(legal.pk + 99, "X", by=ada), lambda: delete_group(legal.pk + 99, by=ada)):
        with pytest.raises(Refused, match="not there any more"):
            deed()
    with pytest.raises(User.DoesNotExist):
        set_groups(alice.pk + 999, [], by=ada)
    assert not alice.groups.exists()


def test_a_deleted_group_takes_its_grants_along_and_opens_nothing(ada, alice, rita):
    legal = make_group("Legal", by=ada)
    set_groups(alice.pk, [legal.pk], by=ada)
    grant_over(legal, rita, ada)
    before = epoch(rita)
    delete_group(legal.pk, by=ada)
    assert not ReviewGrant.objects.exists()
    assert epoch(rita) > before
    row = Entry.objects.get(action="group.deleted")
    assert (row.subject_key, row.subject_label, row.detail) == (str(legal.pk), "Legal", {"members": 1})


def test_who_leaves_a_group_is_out_of_the_reviewers_open_pages(ada, alice, bob, rita):
    legal = make_group("Legal", by=ada)
    set_groups(alice.pk, [legal.pk], by=ada)
    grant_over(legal, rita, ada)
    before = epoch(rita)
    set_groups(bob.pk, [legal.pk], by=ada)
    assert epoch(rita) == before
    set_groups(alice.pk, [], by=ada)
    assert epoch(rita) == before + 1


@pytest.mark.django_db(transaction=True)
def test_many_administrators_at_once_lose_nothing(ada, alice):
    groups = [make_group(f"Group {n}", by=ada) for n in range(6)]
    results = at_once(*[lambda g=g: set_groups(alice.pk, [g.pk], by=ada) for g in groups])
    assert all(isinstance(result, User) for result in results)
    assert alice.groups.count() == 1
    assert Entry.objects.filter(action="group.membership").count() == 6
