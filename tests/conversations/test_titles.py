import pytest

from chatapp.conversations import rename, titles
from chatapp.conversations.models import Conversation
from chatapp.conversations.retry import retry
from chatapp.workersai.client import Client
from chatapp.workersai.endpoint import Endpoint
from chatapp.workersai.retry import RetryPolicy

from .stories import HERE, answered, ended


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Which years are leap years?", "Which years are leap years?"),
        ("  two\n\nlines\tand more ", "two lines and more"),
        ("\n", "New chat"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 30, ("word " * 11).strip() + "…"),
    ],
)
def test_the_first_words_of_a_question_are_its_first_title(text, title):
    assert titles.first_words(text) == title
    assert len(title) <= titles.LONGEST


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Leap years", "Leap years"),
        ('"Leap years."', "Leap years"),
        ("**Leap years**", "Leap years"),
        ("# Leap years", "Leap years"),
        ("Title: Leap years", "Leap years"),
        ("\n\nLeap years\nand more", "Leap years"),
        ("„Schaltjahre“", "Schaltjahre"),
        ("", None),
        ("\n \n", None),
        ('""', None),
        ("I am sorry, " * 20, None),
    ],
)
def test_a_models_title_is_made_presentable_or_dropped(text, title):
    assert titles.clean(text) == title


def test_the_first_exchange_names_a_conversation(alice):
    told = answered(alice)
    assert titles.material(told.reply.pk) == ("Which years are leap years?", "Those divisible by four.")


def test_a_second_answer_to_the_first_question_still_may(alice):
    told = answered(alice, answer="", state="failed", finish_reason="")
    assert titles.material(told.reply.pk) is None
    again = ended(retry(told.reply.message, "retry", claimant=HERE), "Every fourth.")
    assert titles.material(again.pk) == ("Which years are leap years?", "Every fourth.")
    once_more = ended(retry(again.message, "retry", claimant=HERE), "Every fourth, mostly.")
    assert titles.material(once_more.pk) is None, "asked for once"


def test_when_the_first_answer_failed_the_second_question_does_not_name_it(alice):
    told = answered(alice, answer="", state="failed", finish_reason="")
    later = answered(alice, "Something else", conversation=told.conversation)
    assert titles.material(later.reply.pk) is None


def test_a_persons_title_is_neither_asked_for_nor_overwritten(alice):
    told = answered(alice)
    rename.rename(told.conversation, "Mine")
    assert titles.material(told.reply.pk) is None
    assert not titles.keep(told.conversation.pk, "The model's")
    assert Conversation.objects.get().title == "Mine"


def test_the_models_title_is_kept_once(alice):
    told = answered(alice)
    assert titles.keep(told.conversation.pk, "Leap years")
    assert not titles.keep(told.conversation.pk, "Another")
    conversation = Conversation.objects.get()
    assert (conversation.title, conversation.title_by) == ("Leap years", "model")
    assert titles.material(told.reply.pk) is None


async def test_a_model_that_cannot_be_reached_is_no_error():
    nobody = Endpoint(base="http://127.0.0.1:1/v1", form="openai")
    client = Client(nobody, retry=RetryPolicy(attempts=1))
    try:
        assert await titles.suggest(client, "Which years?", "Those.") is None
    finally:
        await client.aclose()
