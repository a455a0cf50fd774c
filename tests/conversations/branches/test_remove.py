"""Taken off their branches and put back: nothing is erased, what is left stays readable."""

import pytest

from chatapp.conversations import listing, transcript
from chatapp.conversations.branches.remove import choices, remove, restore
from chatapp.conversations.history import plan_next
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch

from ..stories import HERE, answered, asked, ended

pytestmark = pytest.mark.django_db


def shown() -> list[str]:
    return [turn.text for turn in transcript.window(Conversation.objects.get())[0]]


@pytest.fixture
def story(alice):
    """One? One. Two? Two. Three? Three."""
    first = answered(alice, "One?", "One.")
    rest = [answered(alice, f"{n}?", f"{n}.", conversation=first.conversation) for n in ("Two", "Three")]
    return [first, *rest]


ALL = ["One?", "One.", "Two?", "Two.", "Three?", "Three."]


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("message", ["One?", "One.", "Two.", "Three?", "Three."]),
        ("answers", ["One?", "One.", "Three?", "Three."]),
        ("branch", ["One?", "One."]),
    ],
)
def test_as_much_is_taken_as_was_said_and_comes_back_at_once(story, scope, left):
    version = Conversation.objects.get().version
    remove(story[1].question, scope)
    assert shown() == left
    assert [m["content"] for m in plan_next(Conversation.objects.get()).messages] == left
    assert Conversation.objects.get().version > version
    assert restore(Message.objects.get(pk=story[1].question.pk))
    assert shown() == ALL
    assert not restore(Message.objects.get(pk=story[1].question.pk))


def test_two_deeds_are_undone_one_by_one(story):
    remove(story[2].question, "branch")
    remove(Message.objects.get(pk=story[1].reply.message_id), "message")
    assert shown() == ["One?", "One.", "Two?"]
    restore(Message.objects.get(pk=story[2].question.pk))
    assert shown() == ["One?", "One.", "Two?", "Three?", "Three."]
    restore(Message.objects.get(pk=story[1].reply.message_id))
    assert shown() == ALL


def test_the_version_beside_is_shown_when_the_shown_one_goes(story):
    first = story[0].reply.message
    other = ended(retry(first, "retry", claimant=HERE), "Another.")
    remove(other.message, "message")
    assert shown() == ALL
    restore(Message.objects.get(pk=other.message.pk))
    assert shown() == ["One?", "Another."]
    show_branch(first)
    remove(first, "branch")
    assert shown() == ["One?", "Another."]


def test_a_question_left_alone_says_so_and_can_be_answered(story):
    remove(story[2].reply.message, "message")
    last = transcript.window(Conversation.objects.get())[0][-1]
    assert (last.text, last.ways[0]["way"]) == ("Three?", "retry")
    ended(retry(story[2].question, "retry", claimant=HERE), "Drei.")
    assert shown()[-1] == "Drei."


def test_nothing_left_is_an_empty_chat_that_can_be_filled_again(story, alice):
    remove(story[0].question, "branch")
    assert shown() == []
    assert Conversation.objects.get().leaf is None
    answered(alice, "New?", "New.", conversation=story[0].conversation)
    assert shown() == ["New?", "New."]
    restore(Message.objects.get(pk=story[0].question.pk))
    assert shown() == ALL


def test_what_an_answer_is_written_below_stays_and_what_stands_elsewhere_goes(story, alice):
    running = retry(story[1].reply.message, "retry", claimant=HERE)
    for message in (story[0].question, story[1].question, running.message):
        with pytest.raises(Refused, match="being written"):
            remove(message, "branch")
    remove(story[2].question, "branch")
    assert ended(running, "Zwei.").state == "complete"
    assert shown() == ["One?", "One.", "Two?", "Zwei."]


def test_what_waits_below_is_not_taken_either(story, alice):
    asked(alice, "Four?", conversation=story[0].conversation, by="")
    with pytest.raises(Refused, match="being written"):
        remove(story[2].question, "message")


@pytest.mark.parametrize("scope", ["", "everything", "\x00"])
def test_an_unknown_scope_is_refused(story, scope):
    with pytest.raises(Refused) as refused:
        remove(story[0].question, scope)
    assert refused.value.field == "scope"
    assert shown() == ALL


def test_each_choice_takes_something_else(story):
    def offered(message) -> list[tuple[str, int]]:
        return [(str(choice.scope), choice.count) for choice in choices(message)]

    assert offered(story[0].question) == [("message", 1), ("answers", 2), ("branch", 6)]
    assert offered(story[2].question) == [("message", 1), ("branch", 2)]
    assert offered(story[2].reply.message) == [("branch", 1)]


def test_removing_twice_changes_nothing(story):
    moment = remove(story[2].question, "branch")
    assert remove(Message.objects.get(pk=story[2].question.pk), "message") == moment


def test_a_chat_with_nothing_left_stays_in_the_list(story, alice):
    remove(story[0].question, "branch")
    assert [row.id for row in listing.page(alice)[0]] == [story[0].conversation.key]
