"""Other words for a question: the old ones stay as another version, and nothing is overwritten."""

import uuid

import pytest

from chatapp.conversations import transcript
from chatapp.conversations.branches.edit import save, save_and_ask
from chatapp.conversations.models import Conversation, Draft, Message, Reply
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch

from ..stories import HERE, answered, asked, ended

pytestmark = pytest.mark.django_db


def shown() -> list[str]:
    return [turn.text for turn in transcript.window(Conversation.objects.get())[0]]


def test_saved_words_keep_what_follows_as_copies_and_the_old_branch_stays(alice):
    first = answered(alice, "One?", "One.", reasoning="Hm.")
    answered(alice, "Two?", "Two.", conversation=first.conversation)
    rows = sorted(map(str, Message.objects.values("pk", "text", "parent", "deleted_at")))
    version = save(first.question, "Uno?\x00")
    assert shown() == ["Uno?\ufffd", "One.", "Two?", "Two."]
    turns = transcript.window(Conversation.objects.get())[0]
    assert (turns[0].position, turns[0].siblings, turns[1].reasoning) == (2, 2, "Hm.")
    assert set(rows) <= set(map(str, Message.objects.values("pk", "text", "parent", "deleted_at")))
    copies = Message.objects.filter(pk__gt=version.pk).order_by("pk")
    assert [c.copy_of.text for c in copies] == ["One.", "Two?", "Two."]
    assert Reply.objects.count() == 2
    show_branch(first.question)
    assert shown() == ["One?", "One.", "Two?", "Two."]


def test_what_follows_is_that_of_the_branch_shown(alice):
    told = answered(alice, "One?", "One.")
    ended(retry(told.reply.message, "retry", claimant=HERE), "Another.")
    show_branch(told.reply.message)
    save(told.question, "Uno?")
    assert shown() == ["Uno?", "One."]


def test_of_a_branch_not_shown_it_is_the_one_last_shown(alice):
    told = answered(alice, "One?", "One.")
    ended(retry(told.reply.message, "retry", claimant=HERE), "Another.")
    show_branch(told.reply.message)
    save(told.question, "Uno?")
    save(told.question, "Eins?")
    assert shown() == ["Eins?", "One."]


def test_the_same_words_make_no_version(alice):
    told = answered(alice, "One?")
    assert save(told.question, "One?") == told.question
    assert Message.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \n", "x" * 1001])
def test_no_question_is_refused_beside_the_field(alice, settings, text):
    settings.MAX_QUESTION_CHARS = 1000
    told = answered(alice)
    for deed in (
        lambda: save(told.question, text),
        lambda: save_and_ask(alice, told.question, uuid.uuid4(), text),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.field == "text"
    assert Message.objects.count() == 2


def test_answers_are_not_edited(alice):
    with pytest.raises(Refused):
        save(answered(alice).reply.message, "Mine")


def test_while_an_answer_below_is_written_words_are_not_saved_but_may_be_asked(alice):
    told = asked(alice, "One?")
    with pytest.raises(Refused, match="Save & ask"):
        save(told.question, "Uno?")
    other = save_and_ask(alice, told.question, uuid.uuid4(), "Uno?", claimant=HERE)
    assert (other.reply.state, other.question.parent_id) == ("queued", told.question.parent_id)
    assert Reply.objects.get(pk=told.reply.pk).state == "running"
    with pytest.raises(Refused, match="waits"):
        save_and_ask(alice, other.question, uuid.uuid4(), "Eins?")


def test_an_answer_on_another_branch_goes_on_while_words_are_saved(alice):
    first = answered(alice, "One?", "One.")
    running = retry(first.reply.message, "retry", claimant=HERE)
    show_branch(first.reply.message)
    save(first.question, "Uno?")
    assert shown() == ["Uno?", "One."]
    assert ended(running, "Done.").state == "complete"


def test_save_and_ask_stands_beside_and_keeps_what_is_being_typed(alice):
    told = answered(alice, "One?", "One.")
    second = answered(alice, "Two?", "Two.", conversation=told.conversation)
    Draft.objects.create(owner=alice, conversation=told.conversation, text="half a")
    press = uuid.uuid4()
    other = save_and_ask(alice, second.question, press, "Due?", claimant=HERE)
    assert other.question.parent == told.reply.message
    assert save_and_ask(alice, second.question, press, "Due?").repeat
    ended(other.reply, "Due.")
    assert shown() == ["One?", "One.", "Due?", "Due."]
    assert Draft.objects.get().text == "half a"
    assert other.rival is None


def test_the_first_question_gets_a_second_version_too(alice):
    told = answered(alice, "One?")
    other = save_and_ask(alice, told.question, uuid.uuid4(), "Uno?", claimant=HERE)
    assert other.question.parent is None
    assert transcript.one(other.question).siblings == 2


def test_the_way_back_leads_to_where_one_was(alice):
    first = answered(alice, "One?", "One.")
    other = ended(retry(first.reply.message, "retry", claimant=HERE), "Another.")
    save_and_asked = save_and_ask(alice, first.question, uuid.uuid4(), "Uno?", claimant=HERE)
    ended(save_and_asked.reply, "Uno.")
    show_branch(first.reply.message)
    show_branch(save_and_asked.question)
    show_branch(first.question)
    assert shown() == ["One?", "One."]
    show_branch(other.message)
    show_branch(save_and_asked.question)
    show_branch(first.question)
    assert shown() == ["One?", "Another."]
