"""A chat of its own from any message on; the old one is not touched."""

import datetime
import uuid

import pytest
from django.utils import timezone

from chatapp.conversations import transcript
from chatapp.conversations.branches.fork import fork
from chatapp.conversations.models import Conversation, Folder, Message, Reply
from chatapp.conversations.refusals import Refused

from ..stories import answered, asked

pytestmark = pytest.mark.django_db


def texts(conversation: Conversation) -> list[str]:
    return [turn.text for turn in transcript.window(Conversation.objects.get(pk=conversation.pk))[0]]


def test_everything_up_to_the_message_goes_along(alice):
    first = answered(alice, "One?", "One.")
    answered(alice, "Two?", "Two.", conversation=first.conversation)
    folder = Folder.objects.create(owner=alice, name="Sums")
    soon = timezone.now() + datetime.timedelta(hours=1)
    Conversation.objects.update(
        title="Numbers", settings={"temperature": 0.2}, folder=folder, expires_at=soon, title_by="model"
    )
    before = sorted(map(str, Message.objects.values()))
    made = fork(first.reply.message)
    assert texts(made) == ["One?", "One."]
    assert (made.title, made.settings, made.folder, made.owner) == (
        "Numbers (fork)",
        {"temperature": 0.2},
        folder,
        alice,
    )
    assert (made.expires_at, made.title_by) == (soon, "person")
    assert made.key != first.conversation.key
    assert set(before) <= set(map(str, Message.objects.values()))
    assert Message.objects.filter(conversation=made, copy_of=first.reply.message).exists()
    assert Reply.objects.count() == 2
    answered(alice, "Then?", "Then.", conversation=made)
    assert texts(made)[-1] == "Then."
    assert texts(first.conversation)[-1] == "Two."


def test_a_fork_at_a_question_can_be_answered(alice):
    first = answered(alice, "One?", "One.")
    last = transcript.window(fork(first.question))[0][-1]
    assert (last.text, last.ways[0]["label"]) == ("One?", "Answer it")


def test_a_fork_of_a_fork_keeps_a_short_title_and_the_first_origin(alice):
    first = answered(alice, "One?", "One.")
    Conversation.objects.update(title="x" * 200)
    made = fork(fork(first.reply.message).leaf)
    assert made.title == "x" * 193 + " (fork)"
    assert made.leaf.copy_of == first.reply.message


def test_while_the_answer_is_written_there_is_nothing_to_fork(alice):
    running = asked(alice)
    with pytest.raises(Refused, match="being written"):
        fork(running.reply.message)
    assert Conversation.objects.count() == 1
    assert texts(fork(running.question)) == ["Which years are leap years?"]


def test_long_chats_are_copied_in_order(alice):
    conversation = Conversation.objects.create(owner=alice, title="Long", updated=timezone.now())
    last = None
    for n in range(300):
        role = "assistant" if n % 2 else "user"
        last = Message.objects.create(
            conversation=conversation, parent=last, role=role, text=str(n), ask=uuid.uuid4()
        )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=last)
    made = fork(last)
    turns, _ = transcript.since(made, [Message.objects.filter(conversation=made, text="0").get().key])
    assert [turn.text for turn in turns] == [str(n) for n in range(300)]
