"""Everything is indexed, whoever wrote it, and nobody waits for that."""

import uuid

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from chatapp.conversations import rename
from chatapp.conversations.ask import ask
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.finding import index, schema
from chatapp.conversations.finding.search import search
from chatapp.conversations.models import Conversation, Message, Reply

from ..stories import HERE, answered, asked, ended


def found(user, words: str) -> int:
    return len(search(user, words).messages)


def test_asking_and_answering_write_nothing_into_the_index(alice):
    told = answered(alice)
    assert set(Message.objects.values_list("search_text", flat=True)) == {""}
    assert Conversation.objects.get().search_title == ""
    assert index.some() == 3
    assert index.some() == 0
    assert told.conversation.search_title == ""


def test_a_continued_answer_is_found_by_what_came_later(alice):
    told = answered(alice, answer="A quokka ", finish_reason="length")
    index.everything()
    reply = continue_answer(told.reply.message, claimant=HERE)
    ended(reply, "and a wombat.")
    assert found(alice, "quokka wombat") == 0
    index.everything()
    assert found(alice, "quokka wombat") == 1


def test_an_answer_without_words_is_not_looked_at_again_and_again(alice):
    told = asked(alice, "???")
    ended(told.reply, "!!!", reasoning="…")
    Message.objects.create(conversation=told.conversation, role="assistant")
    index.everything()
    assert index.some() == 0


def test_a_text_that_changes_while_it_is_folded_is_indexed_again(alice, monkeypatch):
    told = answered(alice, answer="A quokka.")
    fold = index.fold

    def meanwhile(text: str) -> str:
        if "quokka" in text:
            Message.objects.filter(pk=told.reply.message.pk).update(text="A wombat.")
        return fold(text)

    monkeypatch.setattr(index, "fold", meanwhile)
    index.everything()
    assert (found(alice, "quokka"), found(alice, "wombat")) == (0, 1)


def test_a_very_long_question_is_indexed_after_the_first_words_of_its_answer(alice):
    told = ask(alice, uuid.uuid4(), uuid.uuid4(), "quokka " * 3000, claimant=HERE)
    index.everything()
    assert found(alice, "quokka") == 0
    Reply.objects.filter(pk=told.reply.pk).update(first_token_at=told.conversation.updated)
    index.everything()
    assert found(alice, "quokka") == 1


def test_a_very_long_question_is_indexed_when_its_answer_failed(alice):
    told = ask(alice, uuid.uuid4(), uuid.uuid4(), "quokka " * 3000, claimant=HERE)
    ended(told.reply, "", state="failed", finish_reason="")
    index.everything()
    assert found(alice, "quokka") == 1


def test_a_text_that_the_index_refuses_holds_up_nobody(alice, monkeypatch):
    answered(alice, "A quokka", "A wombat")
    fold = index.fold
    # The megabyte of different words that PostgreSQL does not take.
    too_much = " ".join(f"{n:060}" for n in range(20_000))
    monkeypatch.setattr(index, "fold", lambda text: too_much if "quokka\n" in text else fold(text))
    index.everything()
    assert found(alice, "wombat") == 1
    assert index.some() == 0


def test_a_saved_row_that_was_read_before_it_was_indexed_is_indexed_again(alice):
    told = answered(alice, answer="A quokka.")
    stale = Message.objects.get(pk=told.reply.message.pk)
    index.everything()
    stale.save()
    index.everything()
    assert found(alice, "quokka") == 1


def test_everything_can_be_indexed_anew(alice, capsys):
    answered(alice, "A wombat", "A quokka.")
    call_command("index_search")
    Message.objects.exclude(search_text="").update(search_text=f"{index.owned_by(alice.pk)} old")
    call_command("index_search", "--anew")
    assert capsys.readouterr().out.count("3 messages and titles indexed.") == 2
    assert (found(alice, "old"), found(alice, "quokka")) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_migration_rebuilt_is_searched_as_before(alice):
    told = answered(alice, "A wombat", "A quokka.")
    index.everything()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in (schema.MESSAGES, schema.TITLES):
                for name in schema._triggers(table):
                    cursor.execute(f"DROP TRIGGER {name}")
    Conversation.objects.update(leaf=told.question)
    told.reply.message.delete()
    rename.rename(told.conversation, "Of quokkas")
    call_command("migrate", verbosity=0)
    index.forget()
    index.everything()
    assert found(alice, "quokka") == 0
    assert found(alice, "wombat") == 1
    assert search(alice, "in:title quokkas").titles == [told.conversation]
    Message.objects.filter(text="A wombat").update(text="A koala")
    index.everything()
    assert (found(alice, "wombat"), found(alice, "koala")) == (0, 1)
    assert not schema.create(connection), "nothing is missing"


@pytest.mark.django_db(transaction=True)
def test_the_index_can_be_taken_away_and_made_again(alice):
    answered(alice, "A wombat", "A quokka.")
    index.everything()
    with transaction.atomic():
        schema.drop(connection)
        assert schema.create(connection)
    assert found(alice, "quokka") == 1
