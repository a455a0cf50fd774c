import pytest

from chatapp.conversations import history, weigh
from chatapp.conversations.history import plan_next, plan_reply
from chatapp.conversations.models import Conversation, Reply
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import retry
from chatapp.prompts import defaults
from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS

from .stories import HERE, answered, asked, ended

LONG = "word " * 200  # about 250 tokens


@pytest.fixture
def narrow(settings):
    """A window in which about four LONG messages have room beside an answer of 256 tokens."""
    settings.MODEL_CONTEXT = 1500


def told_at_length(alice, pairs: int):
    """`pairs` of long question and answer, then a short question that waits to be sent."""
    conversation = None
    for n in range(pairs):
        told = answered(alice, f"q{n} {LONG}", f"a{n} {LONG}", conversation=conversation)
        conversation = told.conversation
        Conversation.objects.update(settings={"max_tokens": 256})
    return asked(alice, "And now?", conversation=conversation)


def sent(plan) -> list[str]:
    return [m["content"].split()[0] for m in plan.messages]


def left(plan) -> list[str]:
    return [m.text.split()[0] for m in plan.left_out]


def test_a_first_question_is_sent_alone_with_the_room_for_an_answer_always_named(alice):
    plan = plan_reply(asked(alice).reply)
    assert plan.messages == [{"role": "user", "content": "Which years are leap years?"}]
    assert plan.values == {"max_tokens": DEFAULT_MAX_TOKENS}
    assert plan.origins == {}


def test_the_whole_conversation_goes_along_while_it_fits(alice):
    first = answered(alice, "One?", "One.")
    plan = plan_reply(asked(alice, "Two?", conversation=first.conversation).reply)
    assert [(m["role"], m["content"]) for m in plan.messages] == [
        ("user", "One?"),
        ("assistant", "One."),
        ("user", "Two?"),
    ]
    assert [s.text for s in plan.sources] == ["One?", "One.", "Two?"]


def test_settings_of_team_member_and_chat_go_along_with_where_they_came_from(alice):
    defaults.keep({"temperature": 1.0, "system_prompt": "Be brief.", "seed": 7})
    defaults.keep({"temperature": 0.5}, alice)
    told = asked(alice)
    Conversation.objects.update(settings={"reasoning.effort": "high"})
    told.reply.conversation.refresh_from_db()
    plan = plan_reply(told.reply)
    assert plan.messages[0] == {"role": "system", "content": "Be brief."}
    assert plan.values == {
        "temperature": 0.5,
        "seed": 7,
        "reasoning": {"effort": "high"},
        "max_tokens": DEFAULT_MAX_TOKENS,
    }
    assert plan.origins == {
        "temperature": "mine",
        "system_prompt": "team",
        "seed": "team",
        "reasoning.effort": "chat",
    }


def test_a_way_out_overrides_the_settings_and_says_so(alice):
    told = answered(alice)
    reply = retry(told.reply.message, "answer_now")
    plan = plan_reply(reply)
    assert plan.values["reasoning"] == {"effort": "low"}
    assert plan.origins["reasoning.effort"] == "answer"
    assert plan.messages[-1] == {"role": "user", "content": history.ANSWER_NOW}
    assert plan.sources[-1] is None


def test_an_answer_tried_again_is_not_shown_the_first_try(alice):
    told = answered(alice)
    plan = plan_reply(retry(told.reply.message, "retry"))
    assert [m["role"] for m in plan.messages] == ["user"]


def test_what_does_not_fit_is_left_out_from_the_oldest_on(alice, narrow):
    plan = plan_reply(told_at_length(alice, 4).reply)
    assert left(plan) == ["q0", "a0", "q1", "a1"]
    assert sent(plan) == ["q2", "a2", "q3", "a3", "And"]
    assert plan.estimate + plan.max_tokens <= 1500


def test_what_is_pinned_stays_and_takes_the_room_of_others(alice, narrow):
    told = told_at_length(alice, 4)
    weigh.weigh(Conversation.objects.get().messages.order_by("id").first(), "pinned")
    plan = plan_reply(told.reply)
    assert sent(plan)[0] == "q0"
    assert "q0" not in left(plan)
    assert set(left(plan)) >= {"a0", "q1", "a1"}


def test_what_a_person_left_out_is_left_out_though_it_would_fit(alice):
    first = answered(alice, "One?", "One.")
    weigh.weigh(first.question, "left_out")
    plan = plan_reply(asked(alice, "Two?", conversation=first.conversation).reply)
    assert sent(plan) == ["One.", "Two?"]
    assert left(plan) == ["One?"]


def test_the_question_itself_is_always_sent(alice):
    told = asked(alice, "Now?")
    weigh.weigh(told.question, "left_out")
    assert sent(plan_reply(told.reply)) == ["Now?"]


def test_a_question_that_fits_nowhere_is_refused_with_the_numbers(alice, narrow):
    told = asked(alice, LONG * 8)
    Conversation.objects.update(settings={"max_tokens": 256})
    told.reply.conversation.refresh_from_db()
    with pytest.raises(Refused) as refused:
        plan_reply(told.reply)
    assert "1,500" in refused.value.sentence
    assert "256" in refused.value.sentence


def test_pinned_messages_that_fill_the_window_are_refused_too(alice, narrow):
    told = told_at_length(alice, 4)
    Conversation.objects.get().messages.update(weight="pinned")
    with pytest.raises(Refused):
        plan_reply(told.reply)


def test_the_meter_never_refuses(alice, narrow):
    told = asked(alice, LONG * 8)
    plan = plan_next(told.conversation)
    assert left(plan) == ["word"], "what the next question could not take along"
    assert plan.estimate < 1500


def test_the_estimate_follows_what_the_model_counted(alice):
    first = answered(alice, "One?", "One.")
    plan = plan_next(first.conversation)
    sent_ = {"messages": [], "parameters": {}, "estimate": 100}
    Reply.objects.update(prompt_tokens=200, sent=sent_)
    assert plan_next(first.conversation).estimate == pytest.approx(2 * plan.estimate, abs=2)


@pytest.mark.parametrize(("counted", "factor"), [(1, 0.5), (10_000, 4.0)])
def test_a_count_that_cannot_be_true_moves_the_estimate_within_bounds(alice, counted, factor):
    first = answered(alice, "One?", "One.")
    plan = plan_next(first.conversation)
    Reply.objects.update(prompt_tokens=counted, sent={"messages": [], "parameters": {}, "estimate": 100})
    assert plan_next(first.conversation).estimate == pytest.approx(factor * plan.estimate, abs=2)


def test_an_answer_without_words_is_not_sent_and_its_question_is(alice):
    first = answered(alice, "One?", "", state="failed", finish_reason="")
    plan = plan_reply(asked(alice, "Two?", conversation=first.conversation).reply)
    assert sent(plan) == ["One?", "Two?"]


def test_only_the_branch_shown_is_sent(alice):
    first = answered(alice, "One?", "First.")
    ended(retry(first.reply.message, "retry", claimant=HERE), "Second.")
    plan = plan_reply(asked(alice, "Two?", conversation=first.conversation).reply)
    assert sent(plan) == ["One?", "Second.", "Two?"]


def test_a_very_long_answer_is_no_reason_to_forget_the_conversation(alice, settings):
    settings.MODEL_CONTEXT = 10_000
    defaults.keep({"max_tokens": 10_000}, alice)
    first = answered(alice, "first " * 100, "answer " * 100)
    second = asked(alice, "second", conversation=first.conversation)
    plan = plan_reply(second.reply)
    assert plan.left_out == []
    assert plan.estimate + plan.max_tokens <= 9_500
    assert plan.max_tokens > 8_000
