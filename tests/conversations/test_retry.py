import pytest

from chatapp.conversations.history import plan_reply
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import MOST_TOKENS, retry
from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS

from .stories import HERE, answered, asked


def test_another_answer_stands_beside_the_first_and_is_shown(alice):
    told = answered(alice)
    reply = retry(told.reply.message, "retry", claimant=HERE)
    assert reply.message != told.reply.message
    assert reply.message.parent == told.question
    assert (reply.state, reply.way, reply.overrides) == ("running", "retry", {})
    assert Conversation.objects.get().leaf == reply.message
    assert Message.objects.get(pk=told.reply.message.pk).text == "Those divisible by four."


def test_an_answer_in_the_middle_can_be_asked_again(alice):
    first = answered(alice, "One.")
    answered(alice, "Two.", conversation=first.conversation)
    reply = retry(first.reply.message, "retry", claimant=HERE)
    assert Conversation.objects.get().leaf == reply.message
    assert Message.objects.count() == 5, "the other branch is kept"


@pytest.mark.parametrize(
    ("way", "used", "overrides"),
    [
        ("lower_effort", {"reasoning": {"effort": "high"}}, {"reasoning.effort": "medium"}),
        ("lower_effort", {"reasoning": {"effort": "medium"}}, {"reasoning.effort": "low"}),
        ("lower_effort", {}, {"reasoning.effort": "low"}),
        ("more_tokens", {"max_tokens": 300}, {"max_tokens": 600}),
        ("more_tokens", {}, {"max_tokens": 2 * DEFAULT_MAX_TOKENS}),
        ("more_tokens", {"max_tokens": MOST_TOKENS - 1}, {"max_tokens": MOST_TOKENS}),
        ("more_tokens", {"max_tokens": MOST_TOKENS + 1}, {"max_tokens": MOST_TOKENS + 1}),
        ("answer_now", {"reasoning": {"effort": "high"}}, {"reasoning.effort": "low"}),
    ],
)
def test_each_way_changes_one_thing(alice, way, used, overrides):
    told = answered(alice, settings=used)
    assert retry(told.reply.message, way).overrides == overrides


def test_ways_taken_one_after_the_other_add_up_and_a_plain_retry_starts_anew(alice):
    told = answered(alice, settings={"max_tokens": 500})
    again = retry(told.reply.message, "more_tokens", claimant=HERE)
    Reply.objects.filter(pk=again.pk).update(state="failed", settings={"max_tokens": 1000})
    third = retry(again.message, "lower_effort", claimant=HERE)
    assert third.overrides == {"max_tokens": 1000, "reasoning.effort": "low"}
    Reply.objects.filter(pk=third.pk).update(state="failed")
    assert retry(third.message, "retry").overrides == {}


@pytest.mark.parametrize("way", ["", "ask", "continue", "better", "x" * 500])
def test_an_unknown_way_is_refused(alice, way):
    told = answered(alice)
    with pytest.raises(Refused):
        retry(told.reply.message, way)
    assert Message.objects.count() == 2


def test_a_question_gets_one_more_answer_too(alice):
    told = answered(alice)
    reply = retry(told.question, "retry", claimant=HERE)
    assert (reply.message.parent, reply.state) == (told.question, "running")


def test_for_one_answer_other_settings_hold(alice):
    told = answered(alice)
    reply = retry(told.reply.message, "other", overrides={"temperature": 0.1}, claimant=HERE)
    assert (reply.way, reply.overrides) == ("other", {"temperature": 0.1})
    assert plan_reply(reply).values["temperature"] == 0.1
    assert plan_reply(reply).origins["temperature"] == "answer"


def test_an_answer_whose_question_was_removed_cannot_be_asked_again(alice):
    told = answered(alice)
    Message.objects.filter(pk=told.question.pk).update(deleted_at=told.question.created)
    with pytest.raises(Refused, match="deleted"):
        retry(told.reply.message, "retry")
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("by", [HERE, ""])
def test_while_an_answer_runs_or_waits_nothing_is_begun(alice, by):
    told = answered(alice)
    asked(alice, "Next.", conversation=told.conversation, by=by)
    before = Conversation.objects.get().leaf_id
    with pytest.raises(Refused) as refused:
        retry(told.reply.message, "retry")
    assert "Stop it first" in refused.value.sentence
    assert Conversation.objects.get().leaf_id == before
    assert Message.objects.count() == 4
