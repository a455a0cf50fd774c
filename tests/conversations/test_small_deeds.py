"""Naming, deleting, drafting and weighing: deeds of one statement each."""

import pytest
from django.utils import timezone

from chatapp.conversations import drafts, rename, weigh
from chatapp.conversations.models import Conversation, Draft, Message, Reply
from chatapp.conversations.ordering import steps
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import NotFound, Refused
from tests.accounts.together import at_once

from .stories import answered, asked, deleted, restored


def test_a_name_given_by_a_person_is_kept_as_such(alice):
    told = answered(alice)
    rename.rename(told.conversation, "  Leap \n years\x00 ")
    conversation = Conversation.objects.get()
    assert (conversation.title, conversation.title_by) == ("Leap years", "person")


@pytest.mark.parametrize("title", ["", "   ", "\x00", "x" * 201])
def test_no_name_and_too_long_a_name_are_refused(alice, title):
    told = answered(alice)
    with pytest.raises(Refused) as refused:
        rename.rename(told.conversation, title)
    assert refused.value.field == "title"
    assert Conversation.objects.get().title == "Which years are leap years?"


def test_a_deleted_conversation_is_hidden_and_comes_back_whole(alice):
    told = answered(alice)
    assert deleted(alice, told.conversation.key).changed == [told.conversation]
    assert not Conversation.objects.of(alice).exists()
    assert not Message.objects.of(alice).exists()
    assert not Reply.objects.of(alice).exists()
    restored(alice, told.conversation.key)
    assert Message.objects.of(alice).count() == 2


def test_nobody_deletes_or_restores_what_is_somebody_elses(alice, bob):
    told = answered(alice)
    with pytest.raises(NotFound):
        deleted(bob, told.conversation.key)
    deleted(alice, told.conversation.key)
    with pytest.raises(NotFound):
        restored(bob, told.conversation.key)
    assert Conversation.objects.get().deleted_at is not None


def test_what_was_erased_is_not_restored(alice):
    key = answered(alice).conversation.key
    deleted(alice, key)
    steps.do(alice, [Step("erase", (key,))])
    with pytest.raises(NotFound):
        restored(alice, key)
    assert not Conversation.objects.of(alice).exists()


def test_deleting_names_the_replies_to_stop(alice):
    told = asked(alice)
    asked(alice, "Next", conversation=told.conversation)
    assert deleted(alice, told.conversation.key).stop == [told.reply.pk]


def test_each_conversation_and_the_new_chat_have_a_draft_of_their_own(alice, bob):
    told = answered(alice)
    drafts.keep(alice, told.conversation, "in it")
    drafts.keep(alice, None, "new")
    drafts.keep(bob, None, "of Bob")
    drafts.keep(alice, None, "newer")
    assert drafts.of(alice, told.conversation) == "in it"
    assert drafts.of(alice, None) == "newer"
    assert drafts.of(bob, None) == "of Bob"
    assert Draft.objects.count() == 3


def test_a_blank_draft_is_forgotten(alice):
    drafts.keep(alice, None, "something")
    drafts.keep(alice, None, " \n")
    assert drafts.of(alice, None) == ""
    assert not Draft.objects.exists()


def test_a_draft_is_cut_at_the_length_of_a_question_and_holds_no_nul(alice, settings):
    settings.MAX_QUESTION_CHARS = 10
    drafts.keep(alice, None, "\x00" + "x" * 20)
    assert drafts.of(alice, None) == "x" * 10


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_type_at_once_leave_one_draft(alice):
    results = at_once(*[lambda n=n: drafts.keep(alice, None, f"tab {n}") for n in range(8)])
    assert results == [None] * 8
    assert Draft.objects.get().text.startswith("tab ")


@pytest.mark.parametrize("weight", ["pinned", "left_out", "auto"])
def test_a_message_is_weighed(alice, weight):
    told = answered(alice)
    weigh.weigh(told.question, weight)
    assert Message.objects.get(pk=told.question.pk).weight == weight


@pytest.mark.parametrize("weight", ["", "heavy", "AUTO", "x" * 300])
def test_an_unknown_weight_is_refused(alice, weight):
    told = answered(alice)
    with pytest.raises(Refused):
        weigh.weigh(told.question, weight)
    assert Message.objects.get(pk=told.question.pk).weight == "auto"


def test_unread_is_what_was_answered_after_it_was_read(alice):
    told = answered(alice)
    assert told.conversation.unread
    told.conversation.read_at = timezone.now()
    assert not told.conversation.unread
    told.conversation.answered_at = timezone.now()
    assert told.conversation.unread
    assert not asked(alice).conversation.unread, "nothing was answered yet"
