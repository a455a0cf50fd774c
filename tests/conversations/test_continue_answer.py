import pytest

from chatapp.conversations import history
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.refusals import Refused

from .stories import HERE, answered, asked, ended


@pytest.mark.parametrize(
    ("state", "finish_reason"),
    [("complete", "length"), ("stopped", ""), ("interrupted", ""), ("failed", "")],
)
def test_a_cut_answer_is_written_on_in_the_same_message(alice, state, finish_reason):
    told = answered(alice, answer="Those divis", state=state, finish_reason=finish_reason)
    version = told.conversation.version
    reply = continue_answer(told.reply.message, claimant=HERE)
    assert (reply.state, reply.way, reply.message) == ("running", "continue", told.reply.message)
    ended(reply, "ible by four.")
    assert Message.objects.get(pk=told.reply.message.pk).text == "Those divisible by four."
    assert Reply.objects.filter(message=told.reply.message).count() == 2
    assert Conversation.objects.get().version > version


def test_the_model_is_sent_what_stands_and_asked_to_go_on(alice):
    told = answered(alice, answer="Those divis", state="interrupted", finish_reason="")
    plan = history.plan_reply(continue_answer(told.reply.message))
    assert [m["role"] for m in plan.messages] == ["user", "assistant", "user"]
    assert plan.messages[1]["content"] == "Those divis"
    assert plan.messages[2]["content"] == history.CONTINUE


def test_what_the_answer_was_asked_with_holds_for_its_rest(alice):
    told = answered(alice, answer="Those", state="interrupted", finish_reason="")
    Reply.objects.update(overrides={"max_tokens": 9000})
    assert continue_answer(told.reply.message).overrides == {"max_tokens": 9000}


def test_a_complete_answer_has_no_rest(alice):
    told = answered(alice)
    with pytest.raises(Refused):
        continue_answer(told.reply.message)
    assert Reply.objects.count() == 1


def test_an_answer_without_text_cannot_be_gone_on_with(alice):
    told = answered(alice, answer="", reasoning="Hm.", finish_reason="length")
    with pytest.raises(Refused):
        continue_answer(told.reply.message)


def test_a_question_cannot_be_continued(alice):
    with pytest.raises(Refused):
        continue_answer(answered(alice).question)


def test_after_the_conversation_went_on_the_rest_is_refused(alice):
    told = answered(alice, answer="Those", state="stopped", finish_reason="")
    answered(alice, "And then?", conversation=told.conversation)
    with pytest.raises(Refused):
        continue_answer(told.reply.message)


def test_it_is_not_written_twice_at_once(alice):
    told = answered(alice, answer="Those", state="stopped", finish_reason="")
    continue_answer(told.reply.message, claimant=HERE)
    with pytest.raises(Refused):
        continue_answer(told.reply.message, claimant=HERE)


def test_while_a_next_question_waits_it_is_refused(alice):
    told = answered(alice, answer="Those", state="stopped", finish_reason="")
    asked(alice, "Next", conversation=told.conversation, by="")
    with pytest.raises(Refused):
        continue_answer(told.reply.message)
