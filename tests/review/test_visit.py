"""Opening somebody's conversation: for a reason, in the scope, with a row in the audit log that comes first."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from chatapp.accounts.models import Membership, ReviewGrant, Role, User
from chatapp.audit.models import Entry
from chatapp.audit.verify import verify
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.review import visit
from chatapp.review.models import Visit
from chatapp.review.refused import NeedsReason
from tests.cast import somebody
from tests.conversations.stories import answered, deleted
from tests.review.reviewing import REASON, SESSION, let

pytestmark = pytest.mark.django_db


def opened(reviewer, told, session=SESSION):
    return visit.begin(reviewer, told.conversation.key, REASON, session)


def test_a_visit_is_recorded_with_its_reason_and_without_words(alice, rita):
    let(rita, alice)
    told = answered(alice, "A secret question", "A secret answer")
    here = opened(rita, told)
    entry = Entry.objects.get(action="review.opened")
    assert (entry.actor_id, entry.reason, entry.subject_key) == (rita.pk, REASON, str(told.conversation.key))
    assert entry.detail == {"owner": alice.pk, "visit": str(here.key)}
    assert "secret" not in entry.detail_json.lower() + entry.subject_label.lower()
    assert visit.current(rita, told.conversation.key, SESSION) == here


def test_without_the_audit_row_there_is_no_visit(alice, rita, monkeypatch):
    let(rita, alice)
    told = answered(alice)

    def away(*args, **kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(visit, "record", away)
    with pytest.raises(RuntimeError):
        opened(rita, told)
    assert not Visit.objects.exists()
    with pytest.raises(NeedsReason):
        visit.current(rita, told.conversation.key, SESSION)


@pytest.mark.parametrize("reason", ["", "   ", "why", "x" * 301, "\x00\x00"])
def test_a_reason_is_some_words(alice, rita, reason):
    let(rita, alice)
    told = answered(alice)
    with pytest.raises(Refused):
        visit.begin(rita, told.conversation.key, reason, SESSION)
    assert not Visit.objects.exists()


def test_opening_again_is_the_same_visit(alice, rita):
    let(rita, alice)
    told = answered(alice)
    assert opened(rita, told) == opened(rita, told)
    assert Entry.objects.filter(action="review.opened").count() == 1


def refused(reviewer, told) -> None:
    with pytest.raises(NotFound):
        opened(reviewer, told)
    with pytest.raises(NotFound):
        visit.current(reviewer, told.conversation.key, SESSION)
    assert not Visit.objects.exists()
    assert not Entry.objects.filter(action="review.opened").exists()


def test_a_reviewer_without_a_grant_opens_nothing(alice, rita):
    refused(rita, answered(alice))


def test_who_is_not_in_the_group_is_not_read(alice, bob, rita):
    let(rita, alice)
    refused(rita, answered(bob))


def test_a_grant_makes_no_reader_of_an_administrator_or_a_member(alice, ada, bob):
    for somebody_else in (ada, bob):
        let(somebody_else)
        refused(somebody_else, answered(alice))


@pytest.mark.parametrize(
    "change", [{"until": -1}, {"starts_at": 1}, {"ended_at": -1}], ids=["over", "not yet", "taken back"]
)
def test_a_grant_counts_only_in_its_time(alice, rita, change):
    grant = let(rita, alice)
    moments = {name: timezone.now() + datetime.timedelta(minutes=minutes) for name, minutes in change.items()}
    if "until" in moments:
        moments["starts_at"] = moments["until"] - datetime.timedelta(days=1)
    ReviewGrant.objects.filter(pk=grant.pk).update(**moments)
    refused(rita, answered(alice))


def test_ones_own_conversations_are_not_reviewed(rita):
    let(rita)
    refused(rita, answered(rita))


def test_deleted_and_temporary_conversations_are_out_of_reach(alice, rita):
    let(rita)
    told = answered(alice)
    deleted(alice, told.conversation.key)
    refused(rita, told)
    told = answered(alice)
    Conversation.objects.filter(pk=told.conversation.pk).update(expires_at=timezone.now())
    refused(rita, told)


@pytest.mark.parametrize("how", ["grant", "role", "group", "deactivated", "deleted"])
def test_an_open_visit_ends_with_the_right(alice, rita, how):
    grant = let(rita, alice)
    told = answered(alice)
    opened(rita, told)
    match how:
        case "grant":
            ReviewGrant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
        case "role":
            User.objects.filter(pk=rita.pk).update(role=Role.MEMBER)
        case "group":
            Membership.objects.filter(user=alice).delete()
        case "deactivated":
            User.objects.filter(pk=rita.pk).update(is_active=False)
        case "deleted":
            deleted(alice, told.conversation.key)
    rita.refresh_from_db()
    with pytest.raises(NotFound):
        visit.current(rita, told.conversation.key, SESSION)


def test_a_visit_belongs_to_one_session_one_reviewer_one_conversation(alice, rita):
    other = somebody("Rolf", Role.REVIEWER)
    let(rita)
    let(other)
    told, second = answered(alice), answered(alice)
    opened(rita, told)
    for who, what, session in [
        (rita, told, "another session"),
        (rita, told, ""),
        (other, told, SESSION),
        (rita, second, SESSION),
    ]:
        with pytest.raises(NeedsReason):
            visit.current(who, what.conversation.key, session)


def test_a_visit_ends_when_nothing_is_read_for_long(alice, rita, settings):
    let(rita)
    told = answered(alice)
    here = opened(rita, told)
    almost = timezone.now() - datetime.timedelta(minutes=settings.REVIEW_IDLE_MINUTES - 1)
    Visit.objects.update(seen_at=almost)
    assert visit.current(rita, told.conversation.key, SESSION) == here
    assert Visit.objects.get().seen_at > almost
    Visit.objects.update(
        seen_at=timezone.now() - datetime.timedelta(minutes=settings.REVIEW_IDLE_MINUTES, seconds=1)
    )
    with pytest.raises(NeedsReason):
        visit.current(rita, told.conversation.key, SESSION)
    assert opened(rita, told) != here


def test_a_visit_that_was_ended_needs_a_reason_anew(alice, rita):
    let(rita)
    told = answered(alice)
    opened(rita, told)
    assert not visit.end(rita, told.conversation.key, "another session")
    assert visit.end(rita, told.conversation.key, SESSION)
    with pytest.raises(NeedsReason):
        visit.current(rita, told.conversation.key, SESSION)


def test_what_never_was_is_not_there(rita):
    let(rita)
    with pytest.raises(NotFound):
        visit.begin(rita, uuid.uuid4(), REASON, SESSION)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_fifty_rows_and_the_chain_holds(alice, rita):
    let(rita)
    told = [answered(alice, f"Question {n}") for n in range(50)]
    problems: list[BaseException] = []
    gate = threading.Barrier(50)

    def one(which) -> None:
        try:
            gate.wait(30)
            opened(rita, which)
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(which,)) for which in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert Visit.objects.count() == Entry.objects.filter(action="review.opened").count() == 50
    assert verify().broken is None
