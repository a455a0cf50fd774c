import pytest

from chatapp.conversations import queued
from chatapp.conversations.ask import ask
from chatapp.conversations.claim import claim_waiting
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.refusals import NotFound, Refused, TooLate
from tests.accounts.together import at_once

from .stories import HERE, asked, ended


@pytest.fixture
def waiting(alice):
    """One running reply and three questions behind it."""
    first = asked(alice, "One.")
    return [first, *(asked(alice, f"{n}.", conversation=first.conversation) for n in ("Two", "Three", "Four"))]


def words() -> list[str]:
    """The questions of the branch shown, first to last."""
    message, found = Conversation.objects.get().leaf, []
    while message:
        found += [message.text] if message.role == "user" else []
        message = message.parent
    return found[::-1]


def test_a_waiting_question_gets_other_words(waiting):
    version = Conversation.objects.get().version
    queued.edit(waiting[1].question, "Two, better\x00said.")
    assert words() == ["One.", "Two, better\ufffdsaid.", "Three.", "Four."]
    assert Conversation.objects.get().version == version + 1


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001])
def test_wrong_words_are_refused_and_the_old_ones_stay(waiting, settings, text):
    settings.MAX_QUESTION_CHARS = 1000
    with pytest.raises(Refused):
        queued.edit(waiting[1].question, text)
    assert words()[1] == "Two."


@pytest.mark.parametrize(("out", "left"), [(1, "One Three Four"), (2, "One Two Four"), (3, "One Two Three")])
def test_a_question_taken_out_leaves_no_gap(waiting, out, left):
    queued.remove(waiting[out].question)
    assert words() == [f"{word}." for word in left.split()]
    assert Reply.objects.count() == 3
    assert Message.objects.filter(deleted_at=None).count() == 6


def test_a_question_taken_out_is_not_asked_again_by_a_repeat_of_its_sending(waiting, alice):
    gone = waiting[1].question
    queued.remove(gone)
    with pytest.raises(NotFound, match="removed"):
        ask(alice, waiting[0].conversation.key, gone.ask, "Two.")
    assert words() == ["One.", "Three.", "Four."]
    assert Reply.objects.count() == 3
    assert not Message.objects.filter(text="Two.").exists(), "its words are gone"


def test_after_the_last_one_is_taken_out_the_next_question_follows_the_one_before(waiting, alice):
    queued.remove(waiting[3].question)
    asked(alice, "Five.", conversation=waiting[0].conversation)
    assert words() == ["One.", "Two.", "Three.", "Five."]


def test_what_has_moved_up_is_answered_next(waiting):
    queued.remove(waiting[1].question)
    ended(waiting[0].reply)
    assert claim_waiting(HERE, 5) == [waiting[2].reply.pk]


def test_what_is_being_answered_can_be_neither_changed_nor_taken_out(waiting):
    for deed in (lambda q: queued.edit(q, "Other words."), queued.remove):
        with pytest.raises(TooLate):
            deed(waiting[0].question)
    assert words()[0] == "One."


def test_an_answer_is_no_waiting_question(waiting):
    with pytest.raises(TooLate):
        queued.remove(waiting[1].reply.message)


@pytest.mark.django_db(transaction=True)
def test_neighbours_taken_out_at_once_leave_the_rest_linked(waiting):
    results = at_once(*[lambda told=told: queued.remove(told.question) for told in waiting[1:3]])
    assert results == [None, None]
    assert words() == ["One.", "Four."]


@pytest.mark.django_db(transaction=True)
def test_taking_out_and_beginning_at_once_never_both_win(alice):
    for _ in range(5):
        told = asked(alice, "Now?", by="")
        claimed, removed = at_once(
            lambda: claim_waiting(HERE, 50), lambda question=told.question: queued.remove(question)
        )
        reply = Reply.objects.filter(pk=told.reply.pk).first()
        if isinstance(removed, TooLate):
            assert claimed == [told.reply.pk]
            assert reply.state == "running"
            ended(reply)
        else:
            assert (claimed, removed, reply) == ([], None, None)
