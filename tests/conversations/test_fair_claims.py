"""Waiting questions are served fairly, and those that can never run come to an end."""

import datetime

import pytest
from django.utils import timezone

from chatapp.conversations import orphans
from chatapp.conversations.claim import claim_waiting
from chatapp.conversations.models import Conversation, Event, Reply

from .stories import ELSEWHERE, HERE, asked

pytestmark = pytest.mark.django_db


def test_one_members_backlog_does_not_hide_anothers_question(alice, bob, settings):
    settings.MAX_RUNNING_PER_MEMBER = 1
    asked(alice, "running", by=ELSEWHERE)
    for n in range(12):
        asked(alice, f"waiting {n}", by="")
    bobs = asked(bob, "And mine?", by="")
    assert claim_waiting(HERE, 3) == [bobs.reply.pk]


def test_the_limit_of_a_member_holds_within_one_look(alice, settings):
    settings.MAX_RUNNING_PER_MEMBER = 2
    for n in range(5):
        asked(alice, f"waiting {n}", by="")
    assert len(claim_waiting(HERE, 5)) == 2


@pytest.mark.parametrize("gone", ["owner", "chat"])
def test_a_question_that_can_never_run_is_stopped(alice, gone):
    waiting = asked(alice, "waiting", by="")
    if gone == "owner":
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    else:
        long_ago = timezone.now() - orphans.UNDO - datetime.timedelta(seconds=1)
        Conversation.objects.update(deleted_at=long_ago)
    assert orphans.end_hopeless() == 1
    assert Reply.objects.get(pk=waiting.reply.pk).state == "stopped"
    assert Event.objects.get(reply=waiting.reply).kind == "end"


def test_a_chat_just_deleted_keeps_its_queue_for_undo(alice):
    asked(alice, "waiting", by="")
    Conversation.objects.update(deleted_at=timezone.now())
    assert orphans.end_hopeless() == 0


def test_conversations_that_never_got_a_question_are_forgotten_after_a_day(alice):
    Conversation.objects.create(owner=alice, updated=timezone.now())
    kept = asked(alice).conversation
    assert orphans.forget_empty_conversations() == 0
    Conversation.objects.update(created=timezone.now() - 2 * orphans.KEEP_EVENTS)
    assert orphans.forget_empty_conversations() == 1
    assert Conversation.objects.get() == kept
