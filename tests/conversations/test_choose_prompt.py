"""Choosing the prompt of a conversation, and what its answers are then said to be told."""

import pytest

from chatapp.conversations import choose_prompt
from chatapp.conversations.branches.fork import fork
from chatapp.conversations.history import plan_reply
from chatapp.conversations.models import Conversation
from chatapp.conversations.receipt import keep
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.prompts import access, create, publish
from chatapp.prompts.models import Label
from tests.conversations.stories import asked, ended
from tests.prompts.writing import group, published, version, written

pytestmark = pytest.mark.django_db

NEEDS = [{"name": "customer", "type": "text", "required": True}]


@pytest.fixture
def told(alice):
    return asked(alice)


def columns(told) -> dict:
    """What the receipt keeps of the prompt."""
    told.reply.conversation = Conversation.objects.get(pk=told.conversation.pk)
    plan = plan_reply(told.reply)
    return keep({"messages": plan.messages}, plan)


def test_the_receipt_names_the_version_whose_text_was_sent(eddi, alice, told):
    prompt = published(eddi, "For {{customer}}", variables=NEEDS)
    choose_prompt.choose(told.conversation, alice, prompt, {"customer": "Acme"})
    kept = columns(told)
    stands = prompt.versions.get()
    assert kept["system_prompt"] == "For Acme"
    assert kept["prompt_version"] == stands.pk
    assert kept["prompt_named"] == {
        "key": str(stands.key), "slug": prompt.slug, "name": prompt.name, "number": 1, "hash": stands.hash,
    }  # fmt: skip
    reply = ended(told.reply, **{name: kept[name] for name in ("prompt_version", "prompt_named")})
    assert reply.prompt_version == stands


def test_a_text_of_the_chats_own_is_sent_instead_and_no_version_is_named(eddi, alice, told):
    prompt = published(eddi)
    Conversation.objects.update(settings={"system_prompt": "Mine"})
    choose_prompt.choose(told.conversation, alice, prompt, {})
    kept = columns(told)
    assert (kept["system_prompt"], kept["prompt_version"], kept["prompt_named"]) == ("Mine", None, None)
    choose_prompt.choose(told.conversation, alice, prompt, {}, replaces_own=True)
    assert columns(told)["system_prompt"] == "Answer in one sentence."


def test_a_trial_is_named_and_counts_as_no_use(eddi, alice, told):
    choose_prompt.choose(told.conversation, alice, published(eddi), {})
    Conversation.objects.update(is_trial=True)
    kept = columns(told)
    assert kept["prompt_version"] is None
    assert kept["prompt_named"]["number"] == 1


def test_what_must_be_filled_in_is_asked_for_and_nothing_changes(eddi, alice, told):
    prompt = published(eddi, "For {{customer}}", variables=NEEDS)
    with pytest.raises(choose_prompt.Unfilled) as unfilled:
        choose_prompt.choose(told.conversation, alice, prompt, {"customer": " "})
    assert set(unfilled.value.errors) == {"customer"}
    assert Conversation.objects.get().prompt is None


def test_what_one_may_not_use_is_not_there(eddi, alice, told):
    hidden = published(eddi, name="Hidden")
    access.grant(hidden, eddi, {"use": [str(group("Others").pk)]})
    archived = published(eddi, name="Archived")
    create.archive(archived, eddi)
    archived.refresh_from_db()
    for prompt in (hidden, archived, written(eddi, name="Unpublished")):
        with pytest.raises(Refused, match="not there any more"):
            choose_prompt.choose(told.conversation, alice, prompt, {})
    assert Conversation.objects.get().prompt is None


def test_members_stay_on_what_was_published_once_and_on_nothing_else(eddi, alice, told):
    prompt = published(eddi, "One")
    version(prompt, eddi, "Two")
    with pytest.raises(Refused, match="never published"):
        choose_prompt.choose(told.conversation, alice, prompt, {}, stay_on=2)
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "x")
    choose_prompt.choose(told.conversation, alice, prompt, {}, stay_on=1)
    assert columns(told)["system_prompt"] == "One"
    with pytest.raises(Refused, match="not there any more"):
        choose_prompt.choose(told.conversation, alice, prompt, {}, stay_on=9)


def test_an_answer_that_cannot_be_told_what_it_needs_is_refused_in_words(eddi, alice, told):
    prompt = published(eddi)
    choose_prompt.choose(told.conversation, alice, prompt, {})
    version(prompt, eddi, "For {{customer}}", variables=NEEDS)
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "x")
    with pytest.raises(Refused, match="Customer"):
        columns(told)


def test_none_is_a_choice_and_so_is_the_teams(eddi, alice, told):
    choose_prompt.choose(told.conversation, alice, published(eddi), {})
    choose_prompt.choose_none(told.conversation, team=False)
    row = Conversation.objects.get()
    assert (row.prompt, row.without_prompt) == (None, True)
    choose_prompt.choose_none(told.conversation, team=True)
    assert not Conversation.objects.get().without_prompt


def test_a_chat_that_was_deleted_takes_no_prompt(eddi, alice, told):
    prompt = published(eddi)
    Conversation.objects.update(deleted_at=told.conversation.updated)
    with pytest.raises(NotFound):
        choose_prompt.choose(told.conversation, alice, prompt, {})


def test_a_fork_has_the_prompt_of_its_chat(eddi, alice, told):
    prompt = published(eddi)
    ended(told.reply)
    choose_prompt.choose(told.conversation, alice, prompt, {}, stay_on=1)
    made = fork(told.question)
    assert (made.prompt_id, made.prompt_version.number) == (prompt.pk, 1)
