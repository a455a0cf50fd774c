"""What was asked on old ground becomes a branch; nothing is refused, nothing written over."""

import uuid

import pytest

from chatapp.conversations import transcript
from chatapp.conversations.ask import ask
from chatapp.conversations.branches.place import Place
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.queued import remove
from chatapp.conversations.show_branch import show_branch

from ..stories import HERE, answered, asked, ended

pytestmark = pytest.mark.django_db


def told_from(owner, conversation, parent=None, after=None, text="Next?"):
    """Ask as a page does that has `parent` last, and has just asked `after`."""
    key = parent.key if parent else None
    return ask(owner, conversation.key, uuid.uuid4(), text, claimant=HERE, where=Place(key, after))


def test_at_the_end_it_goes_on(alice):
    first = answered(alice)
    second = told_from(alice, first.conversation, first.reply.message)
    assert (second.question.parent, second.rival) == (first.reply.message, None)


def test_from_an_old_end_it_branches_and_names_the_other(alice):
    first = answered(alice, "One?", "One.")
    mine = answered(alice, "Mine?", "Mine.", conversation=first.conversation)
    theirs = told_from(alice, first.conversation, first.reply.message, text="Theirs?")
    assert (theirs.question.parent, theirs.rival) == (first.reply.message, mine.question.key)
    turns = transcript.window(Conversation.objects.get())[0]
    assert [turn.text for turn in turns][:3] == ["One?", "One.", "Theirs?"]
    assert turns[2].previous == mine.question.key
    assert Message.objects.get(pk=mine.reply.message_id).text == "Mine."


def test_while_the_other_one_is_answered_it_waits_on_its_own_branch(alice):
    first = answered(alice, "One?", "One.")
    running = asked(alice, "Mine?", conversation=first.conversation)
    theirs = told_from(alice, first.conversation, first.reply.message)
    assert theirs.reply.state == "queued"
    assert theirs.question.parent == first.reply.message
    ended(running.reply)
    assert Conversation.objects.get().leaf == theirs.reply.message


def test_follow_ups_of_one_page_follow_each_other_before_it_has_seen_their_answers(alice):
    first = asked(alice)
    second = told_from(alice, first.conversation, first.reply.message)
    third = told_from(alice, first.conversation, first.reply.message, after=second.question.ask)
    assert third.question.parent == second.reply.message
    assert third.rival is None


def test_where_only_another_branch_is_shown_there_is_no_rival(alice):
    first = answered(alice, "One?", "One.")
    other = told_from(alice, first.conversation, None, text="Uno?")
    assert other.rival == first.question.key
    ended(other.reply)
    back = told_from(alice, first.conversation, first.reply.message)
    assert (back.question.parent, back.rival) == (first.reply.message, None)
    ended(back.reply)
    show_branch(other.question)


def test_what_the_page_had_last_may_be_gone_or_never_have_been(alice, bob):
    first = answered(alice)
    asked(alice, conversation=first.conversation)
    waiting = asked(alice, "Waits", conversation=first.conversation)
    gone = waiting.reply.message
    remove(waiting.question)
    leaf = Conversation.objects.get().leaf
    assert told_from(alice, first.conversation, gone).question.parent == leaf
    foreign = answered(bob).reply.message
    leaf = Conversation.objects.get(pk=first.conversation.pk).leaf
    assert told_from(alice, first.conversation, foreign).question.parent == leaf


def test_below_a_removed_message_it_stands_where_that_one_stood(alice):
    first = answered(alice, "One?", "One.")
    second = answered(alice, "Two?", "Two.", conversation=first.conversation)
    Message.objects.filter(pk=second.reply.message_id).update(deleted_at=second.question.created)
    ended(told_from(alice, first.conversation, second.reply.message, text="Three?").reply, "Three.")
    assert [turn.text for turn in transcript.window(Conversation.objects.get())[0]] == [
        "One?", "One.", "Two?", "Three?", "Three.",
    ]  # fmt: skip


def test_what_the_page_shows_further_down_counts_more_than_what_it_asked_before(alice):
    first = answered(alice)
    second = answered(alice, "Two?", conversation=first.conversation)
    third = told_from(alice, first.conversation, second.reply.message, after=first.question.ask)
    assert (third.question.parent, third.rival) == (second.reply.message, None)
