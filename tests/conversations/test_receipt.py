import pytest

from chatapp.conversations import history, receipt
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.prompts import defaults
from chatapp.workersai.request import build_body

from .stories import HERE, answered, asked, ended


def run(told_reply: Reply, text: str, **ending) -> tuple[Reply, dict]:
    """Run the reply as reply.py does, with the body that is really built; returns it and the body."""
    plan = history.plan_reply(told_reply)
    body = build_body(plan.messages, plan.values, form="run", model="gpt-oss-20b", stream=True)
    return ended(told_reply, text, **receipt.keep(body, plan), **ending), body


def test_the_body_that_was_sent_is_rebuilt_and_proved(alice):
    defaults.keep({"system_prompt": "Be brief.", "temperature": 0.4}, alice)
    first = answered(alice, "One?", "One.")
    reply, body = run(asked(alice, "Two?", conversation=first.conversation).reply, "Two.")
    assert receipt.rebuild(reply) == (body, True)
    assert reply.system_prompt == "Be brief."
    assert reply.origins == {"system_prompt": "mine", "temperature": "mine"}


def test_the_history_is_not_stored_once_per_answer(alice):
    first = answered(alice, "One?" * 1000, "One." * 1000)
    reply, _ = run(asked(alice, "Two?", conversation=first.conversation).reply, "Two.")
    assert "One" not in str(reply.sent)


@pytest.mark.parametrize("text", ["Grüße, 世界 🙂 ", "line\nbreak", "e\u0301"])
def test_it_stays_proved_after_an_earlier_answer_was_continued(alice, text):
    first = asked(alice, "One?")
    cut, _ = run(first.reply, f"{text}divis", state="stopped", finish_reason="")
    rest = continue_answer(cut.message, claimant=HERE)
    rest, body = run(rest, f"ible {text}")
    assert Message.objects.get(pk=cut.message_id).text == f"{text}divisible {text}"
    assert receipt.rebuild(rest) == (body, True)
    assert receipt.rebuild(cut)[1]


def test_it_stays_proved_when_settings_and_titles_change_later(alice):
    reply, body = run(asked(alice).reply, "Yes.")
    Conversation.objects.update(settings={"temperature": 2}, title="Other")
    defaults.keep({"system_prompt": "Other."})
    assert receipt.rebuild(reply) == (body, True)


def test_a_message_changed_behind_its_back_is_not_called_proved(alice):
    reply, body = run(asked(alice).reply, "Yes.")
    Message.objects.filter(role="user").update(text="Something else was asked?")
    rebuilt, proved = receipt.rebuild(reply)
    assert not proved
    assert rebuilt != body


def test_a_reply_that_was_never_sent_has_no_body(alice):
    assert receipt.rebuild(asked(alice, by="").reply) == (None, False)


def test_what_was_left_out_is_named(alice):
    first = answered(alice, "One?", "One.")
    Message.objects.filter(pk=first.question.pk).update(weight="left_out")
    reply, _ = run(asked(alice, "Two?", conversation=first.conversation).reply, "Two.")
    assert reply.left_out == [str(first.question.key)]
