import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatapp.conversations.claim import LEASE_SECONDS, Unfinished, claim_waiting, unfinished
from chatapp.conversations.models import Conversation, Reply
from tests.accounts.together import at_once

from .stories import ELSEWHERE, HERE, answered, asked, ended


def test_the_oldest_question_of_a_conversation_runs_first_and_alone(alice):
    first = asked(alice, "One.", by="")
    second = asked(alice, "Two.", conversation=first.conversation, by="")
    assert claim_waiting(HERE, 10) == [first.reply.pk]
    assert claim_waiting(HERE, 10) == [], "one at a time in a conversation"
    ended(first.reply)
    assert claim_waiting(HERE, 10) == [second.reply.pk]


def test_a_claim_names_its_process_and_gives_it_a_lease(alice):
    told = asked(alice, by="")
    before = timezone.now()
    claim_waiting(HERE, 1)
    reply = Reply.objects.get(pk=told.reply.pk)
    assert (reply.state, reply.owner, reply.epoch) == ("running", HERE, 1)
    assert 0 < (reply.lease_until - before).total_seconds() <= LEASE_SECONDS + 1
    assert reply.started_at >= before


def test_no_more_are_claimed_than_there_is_room_for(alice):
    for n in range(5):
        asked(alice, f"{n}", by="")
    assert len(claim_waiting(HERE, 3)) == 3
    assert Reply.objects.filter(state="queued").count() == 2


def test_the_questions_of_a_deactivated_member_do_not_start(alice):
    asked(alice, by="")
    alice.is_active = False
    alice.save()
    assert claim_waiting(HERE, 10) == []


def test_the_questions_of_a_deleted_conversation_do_not_start(alice):
    asked(alice, by="")
    Conversation.objects.update(deleted_at=timezone.now())
    assert claim_waiting(HERE, 10) == []


def test_a_member_at_the_limit_waits_and_others_do_not(alice, bob, settings):
    settings.MAX_RUNNING_PER_MEMBER = 1
    running = asked(alice, "Runs.")
    asked(alice, "Waits.", by="")
    of_bob = asked(bob, "Of Bob.", by="")
    assert claim_waiting(HERE, 10) == [of_bob.reply.pk]
    ended(running.reply)
    assert len(claim_waiting(HERE, 10)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_claim_the_same_reply(alice, settings):
    settings.MAX_RUNNING_PER_MEMBER = 100
    for n in range(20):
        asked(alice, f"{n}", by="")
    results = at_once(*[lambda name=name: claim_waiting(name, 20) for name in (HERE, ELSEWHERE)] * 2)
    claimed = [pk for result in results for pk in result]
    assert (
        sorted(claimed) == sorted(set(claimed)) == list(Reply.objects.order_by("pk").values_list("pk", flat=True))
    )
    for reply in Reply.objects.all():
        assert reply.epoch == 1


def test_the_database_itself_refuses_two_running_replies_in_a_conversation(alice):
    first = asked(alice)
    second = asked(alice, "Two.", conversation=first.conversation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reply.objects.filter(pk=second.reply.pk).update(state="running")


def test_what_is_unfinished_here_and_what_runs_for_the_owner(alice, bob):
    here = asked(alice).conversation
    asked(alice, "Behind it", conversation=here)
    asked(alice, "Elsewhere")
    asked(bob)
    answered(alice)
    assert unfinished(here) == Unfinished(here=2, running=2)
