import uuid

import pytest

from chatapp.conversations.ask import MAX_QUEUED, ask
from chatapp.conversations.models import Conversation, Draft, Message, Reply
from chatapp.conversations.refusals import NotFound, Refused
from tests.accounts.together import at_once

from .stories import HERE, answered, asked


def test_a_question_makes_conversation_question_empty_answer_and_running_reply(alice):
    key = uuid.uuid4()
    told = ask(alice, key, uuid.uuid4(), "  Which years are leap years?\n", claimant=HERE)
    conversation = Conversation.objects.get(key=key)
    assert conversation.owner == alice
    assert conversation.title == "Which years are leap years?"
    assert conversation.leaf == told.reply.message
    assert told.question.text == "  Which years are leap years?\n", "words are stored as they were typed"
    assert told.question.parent is None
    assert told.reply.message.parent == told.question
    assert told.reply.message.text == ""
    assert (told.reply.state, told.reply.owner, told.repeat) == ("running", HERE, False)


def test_without_a_claimant_the_reply_waits(alice):
    told = asked(alice, by="")
    assert (told.reply.state, told.reply.owner, told.reply.lease_until) == ("queued", "", None)


def test_a_repeat_returns_the_first_result_and_changes_nothing(alice):
    key, press = uuid.uuid4(), uuid.uuid4()
    first = ask(alice, key, press, "Once.", claimant=HERE)
    before = Conversation.objects.get(key=key)
    second = ask(alice, key, press, "Once, in other words.", claimant=HERE)
    after = Conversation.objects.get(key=key)
    assert second.repeat
    assert (second.question, second.reply) == (first.question, first.reply)
    assert Message.objects.count() == 2
    assert Message.objects.get(pk=first.question.pk).text == "Once."
    assert (after.version, after.updated, after.leaf_id) == (before.version, before.updated, before.leaf_id)


def test_a_repeat_is_known_after_the_conversation_went_on(alice):
    key, press = uuid.uuid4(), uuid.uuid4()
    first = ask(alice, key, press, "One.", claimant=HERE)
    asked(alice, "Two.", conversation=first.conversation)
    assert ask(alice, key, press, "One.", claimant=HERE).reply == first.reply
    assert Reply.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_sends_of_one_press_at_once_store_one_question(alice):
    key, press = uuid.uuid4(), uuid.uuid4()
    results = at_once(*[lambda: ask(alice, key, press, "Once.", claimant=HERE)] * 20)
    assert {r.reply.pk for r in results} == {Reply.objects.get().pk}
    assert sum(not r.repeat for r in results) == 1
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_are_both_kept_one_behind_the_other(alice):
    first = answered(alice)
    at_once(*[lambda n=n: asked(alice, f"Question {n}", conversation=first.conversation) for n in (1, 2)])
    assert Reply.objects.filter(state="running").count() == 1
    waiting = Reply.objects.get(state="queued")
    running = Reply.objects.get(state="running")
    assert waiting.message.parent.parent == running.message
    assert Conversation.objects.get().leaf == waiting.message


def test_a_question_asked_while_another_is_answered_waits_behind_it(alice):
    first = asked(alice, "One.")
    second = asked(alice, "Two.", conversation=first.conversation)
    assert second.reply.state == "queued"
    assert second.question.parent == first.reply.message


def test_who_has_as_many_running_as_allowed_waits(alice, bob, settings):
    settings.MAX_RUNNING_PER_MEMBER = 2
    assert [asked(alice, f"{n}").reply.state for n in range(3)] == ["running", "running", "queued"]
    assert asked(bob).reply.state == "running", "the limit is each member's own"


@pytest.mark.parametrize("text", ["", "   ", "\n\t "])
def test_nothing_is_not_a_question(alice, text):
    with pytest.raises(Refused) as refused:
        asked(alice, text)
    assert refused.value.field == "text"
    assert not Conversation.objects.exists()


def test_the_longest_question_is_taken_and_one_more_character_is_refused(alice, settings):
    settings.MAX_QUESTION_CHARS = 1000
    asked(alice, "x" * 1000)
    with pytest.raises(Refused) as refused:
        asked(alice, "x" * 1001)
    assert "1,001" in refused.value.sentence
    assert "1,000" in refused.value.sentence
    assert Conversation.objects.count() == 1


def test_a_nul_is_stored_as_a_replacement(alice):
    assert asked(alice, "a\x00b").question.text == "a\ufffdb"


def test_twenty_may_wait_and_the_next_is_refused(alice):
    first = asked(alice)
    for n in range(MAX_QUEUED):
        asked(alice, f"Waiting {n}", conversation=first.conversation)
    with pytest.raises(Refused):
        asked(alice, "Too many", conversation=first.conversation)
    assert Reply.objects.count() == MAX_QUEUED + 1
    assert not Message.objects.filter(text="Too many").exists()


def test_somebody_elses_conversation_is_not_there(alice, bob):
    told = answered(alice)
    with pytest.raises(NotFound):
        asked(bob, "Let me in", conversation=told.conversation)
    assert Message.objects.count() == 2


def test_a_deleted_conversation_is_not_there(alice):
    told = answered(alice)
    Conversation.objects.update(deleted_at=told.conversation.updated)
    with pytest.raises(NotFound):
        asked(alice, "Hello?", conversation=told.conversation)


def test_sending_takes_the_draft_away(alice, bob):
    told = answered(alice)
    Draft.objects.create(owner=alice, conversation=told.conversation, text="half a")
    Draft.objects.create(owner=alice, conversation=None, text="another")
    Draft.objects.create(owner=bob, conversation=None, text="of Bob")
    asked(alice, "half a question", conversation=told.conversation)
    assert set(Draft.objects.values_list("text", flat=True)) == {"another", "of Bob"}
    asked(alice, "another one")
    assert set(Draft.objects.values_list("text", flat=True)) == {"of Bob"}


def test_sending_leaves_a_draft_that_another_device_wrote(alice):
    told = answered(alice)
    Draft.objects.create(owner=alice, conversation=told.conversation, text="an hour of words")
    asked(alice, "a question that was kept in a tunnel", conversation=told.conversation)
    assert Draft.objects.get().text == "an hour of words"


def test_a_conversation_made_to_hold_settings_gets_its_title_and_keeps_them(alice):
    kept = Conversation.objects.create(owner=alice, settings={"temperature": 0.2}, updated="2026-01-01T00:00Z")
    asked(alice, "What is new?", conversation=kept)
    kept.refresh_from_db()
    assert (kept.title, kept.settings) == ("What is new?", {"temperature": 0.2})


def test_a_repeat_is_known_when_no_more_may_wait(alice):
    first = asked(alice)
    for n in range(MAX_QUEUED - 1):
        asked(alice, f"Waiting {n}", conversation=first.conversation)
    press = uuid.uuid4()
    last = ask(alice, first.conversation.key, press, "The last one", claimant=HERE)
    again = ask(alice, first.conversation.key, press, "The last one", claimant=HERE)
    assert (again.reply, again.repeat) == (last.reply, True)


def test_a_repeat_of_a_question_that_was_removed_is_told_so(alice):
    first = asked(alice)
    press = uuid.uuid4()
    ask(alice, first.conversation.key, press, "Once.", claimant=HERE)
    Reply.objects.filter(message__parent__ask=press).delete()
    with pytest.raises(NotFound):
        ask(alice, first.conversation.key, press, "Once.", claimant=HERE)


def test_what_a_question_costs(alice, django_assert_max_num_queries):
    first = answered(alice)
    # Conversation, what is unfinished; question, answer, reply; draft, branch shown. Two more for a savepoint,
    # which is no query where the transaction is the deed's own.
    with django_assert_max_num_queries(9):
        asked(alice, "Another?", conversation=first.conversation)
