"""Written-out statements: they give what Django's own give, on every engine."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from chatapp import rows
from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Draft, Event, Message, Reply
from tests.conversations.stories import answered, asked

pytestmark = pytest.mark.django_db


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", [User, Conversation, Message, Reply])
def test_a_row_is_the_one_that_django_reads(alice, model):
    told = answered(alice)
    Conversation.objects.update(settings={"temperature": 0.5}, pinned_at=timezone.now())
    Reply.objects.filter(pk=told.reply.pk).update(sent={"messages": []}, cost=0.25, started_at=timezone.now())
    expected = model.objects.order_by("pk").last()
    found = rows.first(model, "WHERE id = %s", [expected.pk])
    assert found == expected
    assert columns(found) == columns(expected)
    assert not found._state.adding
    found.save()
    assert columns(model.objects.get(pk=expected.pk)) == columns(expected)


def test_a_row_that_is_not_there_is_none(alice):
    assert rows.first(Conversation, "WHERE key = %s", [uuid.uuid4()]) is None


def test_keys_and_times_are_parameters(alice):
    told = asked(alice)
    conversation = Conversation.objects.get()
    assert rows.first(Conversation, "WHERE key = %s", [told.conversation.key]) == conversation
    assert rows.every(Conversation, "WHERE updated = %s", [conversation.updated]) == [conversation]
    assert rows.every(Conversation, "WHERE updated > %s", [conversation.updated]) == []


def test_some_columns_come_as_python_has_them(alice):
    Conversation.objects.create(owner=alice, updated=timezone.now(), settings={"seed": 7})
    assert rows.values(Conversation, ("settings", "owner_id"), "WHERE owner_id = %s", [alice.pk]) == [
        ({"seed": 7}, alice.pk)
    ]


def test_a_row_with_some_columns_reads_the_others_when_they_are_asked_for(alice):
    told = answered(alice)
    (message,) = rows.every(Message, "WHERE id = %s", [told.reply.message_id], only=("id", "key"))
    assert message.get_deferred_fields() >= {"text", "reasoning"}
    assert message.text == Message.objects.get(pk=told.reply.message_id).text


@pytest.mark.parametrize("way", ["rows", "django"])
def test_a_new_row_is_stored_as_django_stores_it(alice, way):
    conversation = Conversation(owner=alice, updated=timezone.now(), title="Grüße", settings={"top_p": 0.5})
    message = Message(conversation=conversation, role=Message.Role.USER, text="Say 'hi' 100%", ask=uuid.uuid4())
    for row in (conversation, message):
        if row is message:
            row.conversation_id = conversation.pk
        if way == "rows":
            rows.insert(row)
        else:
            row.save()
        stored = type(row).objects.get(pk=row.pk)
        assert columns(stored) == columns(row)
    assert model_to_dict(message)["text"] == "Say 'hi' 100%"
    message.text = "Changed"
    message.save()
    assert Message.objects.get().text == "Changed"


def test_what_the_database_lets_in_once_is_refused_in_the_same_words_as_by_django(alice):
    conversation = Conversation.objects.create(owner=alice, updated=timezone.now())
    ask = uuid.uuid4()
    rows.insert(Message(conversation=conversation, role=Message.Role.USER, ask=ask))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Message(conversation=conversation, role=Message.Role.USER, ask=ask))
    assert Message.objects.count() == 1


def test_a_statement_says_how_many_rows_it_changed(alice):
    Draft.objects.create(owner=alice, text="Half a thought")
    change = "UPDATE conversations_draft SET text = %s WHERE owner_id = %s"
    assert rows.run(change, ["A whole one", alice.pk]) == 1
    assert rows.run(change, ["Nobody's", alice.pk + 1]) == 0
    assert Draft.objects.get().text == "A whole one"


def test_a_key_of_several_columns_can_be_read(alice):
    told = answered(alice)
    Event.objects.create(reply=told.reply, seq=99, kind=Event.Kind.TEXT, data='"x"')
    assert rows.values(Event, ("kind", "data"), "WHERE reply_id = %s AND seq = 99", [told.reply.pk]) == [
        ("text", '"x"')
    ]
