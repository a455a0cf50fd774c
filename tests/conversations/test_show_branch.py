"""Going back to an earlier answer: nothing that was written is out of reach."""

import pytest

from chatapp.conversations import branch, transcript
from chatapp.conversations.branches import edit as edited
from chatapp.conversations.branches import remove as removing
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.queued import edit, remove
from chatapp.conversations.refusals import NotFound, TooLate
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch

from .stories import HERE, answered, ended

pytestmark = pytest.mark.django_db


def shown(conversation: Conversation) -> list[str]:
    return [turn.text for turn in transcript.window(Conversation.objects.get(pk=conversation.pk))[0]]


def test_the_way_back_shows_everything_that_followed_the_earlier_answer(alice):
    first = answered(alice, "One?", "One.")
    answered(alice, "Two?", "Two.", conversation=first.conversation)
    other = ended(retry(first.reply.message, "retry", claimant=HERE), "Uno.")
    assert shown(first.conversation) == ["One?", "Uno."]
    show_branch(first.reply.message)
    assert shown(first.conversation) == ["One?", "One.", "Two?", "Two."]
    show_branch(other.message)
    assert shown(first.conversation) == ["One?", "Uno."]


def test_each_answer_knows_its_neighbours(alice):
    first = answered(alice, "One?", "One.")
    other = ended(retry(first.reply.message, "retry", claimant=HERE), "Uno.")
    turn = transcript.window(Conversation.objects.get())[0][-1]
    assert (turn.position, turn.siblings) == (2, 2)
    assert (turn.previous, turn.next) == (first.reply.message.key, None)
    assert turn.id == other.message.key


def test_the_newest_leaf_is_found_through_every_level(alice):
    told = answered(alice, "One?", "One.")
    for n in range(3):
        last = answered(alice, f"{n}?", f"{n}.", conversation=told.conversation)
    root = Message.objects.get(parent=None)
    assert branch.skeleton(told.conversation).newest_leaf(root.pk) == last.reply.message_id


@pytest.mark.parametrize(
    "deed", [lambda message: show_branch(message), lambda message: edited.save(message, "Uno?")]
)
def test_a_message_removed_since_it_was_looked_up_is_not_found_and_nothing_changes(alice, deed):
    first = answered(alice, "One?", "One.")
    removing.remove(Message.objects.get(pk=first.question.pk), "branch")
    before = list(Message.objects.order_by("pk").values())
    with pytest.raises(NotFound, match="was deleted"):
        deed(first.question)
    assert list(Message.objects.order_by("pk").values()) == before
    assert branch.skeleton(first.conversation).leaves(first.question.pk) == set()


@pytest.mark.parametrize("deed", [lambda question: edit(question, "Changed?"), remove])
def test_a_question_whose_answer_is_tried_again_can_neither_be_edited_nor_removed(alice, deed):
    told = answered(alice, "One?", "One.")
    answered(alice, "Two?", "Two.", conversation=told.conversation)
    waiting = retry(told.reply.message, "retry")
    assert waiting.state == "queued"
    before = Message.objects.count()
    with pytest.raises(TooLate):
        deed(told.question)
    assert Message.objects.count() == before
    assert Message.objects.get(pk=told.question.pk).text == "One?"
    assert not any(turn.is_queued_question for turn in transcript.window(told.conversation)[0])
