"""The facts of conversations: what the list filters by, kept up without anybody knowing of it."""

import datetime

import pytest
from django.utils import timezone

from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.feedback.models import Signal
from chatapp.feedback.rate import rate, take_back
from chatapp.review import facts, marks
from chatapp.review.models import Facts, Stale
from tests.conversations.stories import answered, asked, deleted

pytestmark = pytest.mark.django_db


def of(conversation) -> Facts:
    facts.everything()
    return Facts.objects.get(conversation=conversation)


def test_an_answered_question_has_its_sums(alice):
    now = timezone.now()
    told = answered(
        alice,
        finish_reason="length",
        prompt_tokens=100,
        completion_tokens=20,
        cost=0.5,
        started_at=now,
        first_token_at=now + datetime.timedelta(seconds=1.5),
    )
    answered(alice, "And now?", conversation=told.conversation, prompt_tokens=200, completion_tokens=1, cost=0.25)
    found = of(told.conversation)
    assert (found.messages, found.answers, found.tokens, found.cost) == (4, 2, 321, 0.75)
    assert found.first_token_ms == 1500
    assert found.owner_id == alice.pk
    assert found.marks.split() == ["end:length", "end:stop", "state:complete"]


def test_an_error_is_known_by_its_code(alice):
    told = answered(
        alice, "Why?", "", state="failed", finish_reason="", error={"code": "no capacity", "sentence": "…"}
    )
    assert {"state:failed", "error:no_capacity"} <= set(of(told.conversation).marks.split())


def test_thumbs_count_until_they_are_taken_back(alice):
    told = answered(alice)
    of(told.conversation)
    rate(alice, told.reply.message, "down")
    assert (of(told.conversation).up, of(told.conversation).down) == (0, 1)
    rate(alice, told.reply.message, "up")
    assert (of(told.conversation).up, of(told.conversation).down) == (1, 0)
    take_back(alice, told.reply.message)
    assert (of(told.conversation).up, of(told.conversation).down) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "column"),
    [("regenerate", "regenerated"), ("stop", "stopped"), ("edit", "edited"), ("copy", "copied")],
)
def test_signals_count(alice, kind, column):
    told = answered(alice)
    of(told.conversation)
    Signal.objects.create(message=told.reply.message, kind=kind)
    assert getattr(of(told.conversation), column) == 1


def test_what_was_deleted_or_is_temporary_or_empty_has_none(alice):
    kept, gone, temporary = answered(alice), answered(alice), answered(alice)
    Conversation.objects.filter(pk=temporary.conversation.pk).update(expires_at=timezone.now(), version=9)
    Conversation.objects.create(owner=alice, updated=timezone.now())
    facts.everything()
    deleted(alice, gone.conversation.key)
    facts.everything()
    assert [one.conversation_id for one in Facts.objects.all()] == [kept.conversation.pk]


def test_a_removed_message_does_not_count(alice):
    told = answered(alice, prompt_tokens=10, completion_tokens=5)
    Message.objects.filter(pk=told.reply.message_id).update(deleted_at=timezone.now())
    Conversation.objects.filter(pk=told.conversation.pk).update(version=7)
    found = of(told.conversation)
    assert (found.messages, found.answers, found.tokens, found.marks.strip()) == (1, 0, 0, "")


def test_nothing_is_made_anew_while_nothing_changes(alice):
    told = answered(alice)
    assert facts.everything() >= 1
    assert facts.some() == 0
    asked(alice, "More?", conversation=told.conversation)
    assert facts.some() == 1


def test_the_erased_leave_nothing(alice):
    told = answered(alice)
    of(told.conversation)
    rate(alice, told.reply.message, "up")
    Reply.objects.all().delete()
    Conversation.objects.filter(pk=told.conversation.pk).update(leaf=None)
    Message.objects.all().delete()
    told.conversation.delete()
    facts.everything()
    assert not Facts.objects.exists()
    assert not Stale.objects.exists()


def test_a_conversation_that_goes_on_after_its_review_says_so(alice, rita):
    told = answered(alice)
    facts.everything()
    marks.review(rita, told.conversation, True)
    assert of(told.conversation).reviewed == Facts.Reviewed.YES
    answered(alice, "And now?", conversation=told.conversation)
    assert of(told.conversation).reviewed == Facts.Reviewed.CHANGED
