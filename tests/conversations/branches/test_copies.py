"""An answer without a run of its own reads like any other, and claims nothing that its origin does not."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from chatapp.conversations import transcript
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import retry

from ..stories import HERE, answered, ended

pytestmark = pytest.mark.django_db


def copied(owner, answer: Message | None, text: str = "Those divisible by four.", **columns) -> Message:
    """A conversation of `owner` that ends with a copy of `answer`."""
    conversation = Conversation.objects.create(owner=owner, title="Copy", updated=timezone.now(), **columns)
    question = Message.objects.create(conversation=conversation, role="user", text="Which years?")
    copy = Message.objects.create(
        conversation=conversation,
        parent=question,
        role="assistant",
        text=answer.text if answer else text,
        reasoning=answer.reasoning if answer else "",
        copy_of=answer,
    )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=copy)
    copy.refresh_from_db()
    return copy


def test_a_copy_reads_as_the_answer_it_is_a_copy_of(alice, at):
    told = answered(alice, answer="Those *divisible* by four.", reasoning="Think.")
    copy = copied(alice, told.reply.message)
    turn = transcript.window(copy.conversation)[0][-1]
    assert (turn.state, turn.reasoning, turn.label, turn.reply_id) == ("complete", "Think.", "", None)
    assert "<em>divisible</em>" in turn.html
    page = at(alice).get(reverse("chat:conversation", args=[copy.conversation.key])).content.decode()
    assert "<em>divisible</em>" in page
    assert 'data-state="complete"' in page


def test_an_imported_answer_is_complete_and_says_where_it_is_from(alice, at):
    copy = copied(alice, None, origin="chatgpt:1")
    turn = transcript.one(copy)
    assert (turn.state, turn.label, turn.text) == ("complete", "", "Those divisible by four.")
    assert b"imported" in at(alice).get(reverse("chat:about", args=[copy.key])).content
    with pytest.raises(Refused, match="complete"):
        continue_answer(copy)


def test_a_copy_of_a_cut_answer_is_cut_and_can_be_gone_on_with(alice):
    told = answered(alice, state="interrupted", finish_reason="", error={"code": "x", "sentence": "Cut."})
    copy = copied(alice, told.reply.message)
    turn = transcript.one(copy)
    assert (turn.state, turn.label) == ("interrupted", "Cut.")
    assert turn.ways[0]["way"] == "continue"
    ended(continue_answer(told.reply.message, claimant=HERE), " And by 400.")
    turn = transcript.one(copy)
    assert (turn.state, turn.label) == ("interrupted", "This answer was cut off when it was copied.")
    ended(continue_answer(copy, claimant=HERE), " Mostly.")
    turn = transcript.one(Message.objects.get(pk=copy.pk))
    assert (turn.state, turn.text, turn.label) == ("complete", "Those divisible by four. Mostly.", "")
    assert transcript.one(Message.objects.get(pk=told.reply.message.pk)).text.endswith("And by 400.")


def test_a_copy_of_a_copy_finds_the_origin_and_a_circle_finds_none(alice):
    told = answered(alice, state="stopped", finish_reason="")
    second = copied(alice, copied(alice, told.reply.message))
    assert transcript.one(second).state == "stopped"
    Message.objects.filter(pk=second.copy_of_id).update(copy_of=second)
    assert transcript.one(Message.objects.get(pk=second.pk)).state == "complete"


def test_more_tokens_for_a_copy_count_from_what_its_origin_had(alice):
    told = answered(alice, finish_reason="length", settings={"max_tokens": 100})
    copy = copied(alice, told.reply.message)
    assert retry(copy, "more_tokens", claimant=HERE).overrides == {"max_tokens": 200}


def test_the_receipt_of_a_copy_is_shown_to_the_owner_of_the_origin_alone(alice, bob, at):
    told = answered(alice, request_id="request-77")
    mine, his = copied(alice, told.reply.message), copied(bob, told.reply.message)
    page = at(alice).get(reverse("chat:about", args=[mine.key])).content.decode()
    assert "request-77" in page
    assert "another chat of yours" in page
    page = at(bob).get(reverse("chat:about", args=[his.key])).content.decode()
    assert "request-77" not in page
    assert "shared with you" in page


def test_a_removed_message_is_skipped_and_what_was_below_it_follows_its_parent(alice, at):
    first = answered(alice, "One?", "One.")
    second = answered(alice, "Two?", "Two.", conversation=first.conversation)
    Message.objects.filter(pk__in=[first.reply.message_id, second.question.pk]).update(deleted_at=timezone.now())
    turns = transcript.window(Conversation.objects.get())[0]
    assert [turn.text for turn in turns] == ["One?", "Two."]
    for key in (first.reply.message.key, second.question.key):
        assert at(alice).get(reverse("chat:message", args=[key])).status_code == 404
    Message.objects.filter(pk=second.reply.message_id).update(deleted_at=timezone.now())
    assert [turn.text for turn in transcript.window(Conversation.objects.get())[0]] == ["One?"]


def test_siblings_are_those_with_one_parent_after_what_was_between_is_gone(alice):
    told = answered(alice, "One?", "One.")
    other = ended(retry(told.reply.message, "retry", claimant=HERE), "Uno.")
    Message.objects.filter(pk=told.question.pk).update(deleted_at=timezone.now())
    turn = transcript.window(Conversation.objects.get())[0][0]
    assert (turn.text, turn.position, turn.siblings, turn.previous) == ("Uno.", 2, 2, told.reply.message.key)
    assert turn.id == other.message.key


def test_a_receipt_does_not_say_what_was_removed_and_is_no_longer_proved(alice):
    from chatapp.conversations.receipt import REMOVED, rebuild

    told = answered(alice)
    told.reply.sent = {
        "messages": [{"role": "user", "ref": str(told.question.key), "chars": 5}],
        "parameters": {},
        "estimate": 5,
    }
    body, _ = rebuild(told.reply)
    assert body["messages"][0]["content"] == "Which"
    Message.objects.filter(pk=told.question.pk).update(deleted_at=timezone.now())
    body, proved = rebuild(told.reply)
    assert (body["messages"][0]["content"], proved) == (REMOVED, False)
    assert uuid.UUID(told.reply.sent["messages"][0]["ref"]) == told.question.key
