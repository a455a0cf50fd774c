"""Folders: a name and settings of one's own; what lies in one stays when it goes."""

import uuid

import pytest
from django.db import IntegrityError

from chatapp.conversations import history
from chatapp.conversations.ask import ask
from chatapp.conversations.models import Conversation, Folder
from chatapp.conversations.ordering import folders, steps, temporary
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.prompts import defaults
from chatapp.prompts.resolve import resolve
from tests.accounts.together import at_once
from tests.conversations.stories import answered, asked


def inside(owner, folder: Folder):
    told = answered(owner)
    steps.do(owner, [Step("folder", (told.conversation.key,), folder=folder.key)])
    return Conversation.objects.get(pk=told.conversation.pk)


def test_a_folder_is_made_named_anew_and_set_up(alice):
    folder = folders.create(alice, "  Garden \n plans\x00")
    assert folder.name == "Garden plans"
    folders.change(alice, folder.key, "GARDEN PLANS", {"temperature": 0.3})
    folders.rename(alice, folder.key, "Roof")
    folder.refresh_from_db()
    assert (folder.name, folder.settings) == ("Roof", {"temperature": 0.3})


@pytest.mark.parametrize("name", ["", " \n", "\x00", "x" * 81, "work", "WORK", "ÄRZTE"])
def test_no_name_too_long_a_one_and_one_that_is_taken_are_refused(alice, name):
    folders.create(alice, "Work")
    folders.create(alice, "ärzte")
    other = folders.create(alice, "Other")
    for deed in (
        lambda: folders.create(alice, name),
        lambda: folders.rename(alice, other.key, name),
        lambda: folders.change(alice, other.key, name, {"seed": 1}),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.field == "name"
    assert sorted(Folder.objects.values_list("name", flat=True)) == ["Other", "Work", "ärzte"]
    assert Folder.objects.get(name="Other").settings == {}


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_make_one_name_at_once_leave_one_folder(alice):
    results = at_once(*[lambda: folders.create(alice, "Work")] * 4)
    assert Folder.objects.count() == 1
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 3
    assert not any(isinstance(r, IntegrityError) for r in refused)


def test_the_same_name_is_free_for_somebody_else(alice, bob):
    folders.create(alice, "Work")
    assert folders.create(bob, "Work").owner == bob


def test_so_many_folders_and_no_more(alice, monkeypatch):
    monkeypatch.setattr(folders, "MOST", 2)
    folders.create(alice, "One")
    folders.create(alice, "Two")
    with pytest.raises(Refused) as refused:
        folders.create(alice, "Three")
    assert refused.value.field == "name"


def test_removing_a_folder_leaves_its_conversations_the_deleted_ones_too(alice):
    folder = folders.create(alice, "Work")
    kept, gone = inside(alice, folder), inside(alice, folder)
    steps.do(alice, [Step("delete", (gone.key,))])
    folders.fold(alice, folder.key, closed=True)
    assert folders.remove(alice, folder.key) == 2
    assert list(Conversation.objects.values_list("folder", flat=True)) == [None, None]
    steps.do(alice, [Step("restore", (gone.key,))])
    alice.refresh_from_db()
    assert folders.closed_ones(alice) == []
    assert Conversation.objects.of(alice).filter(pk__in=[kept.pk, gone.pk]).count() == 2


def test_nobody_touches_the_folder_of_somebody_else(alice, bob):
    folder = folders.create(alice, "Hers", {"seed": 1})
    for deed in (
        lambda: folders.rename(bob, folder.key, "Mine"),
        lambda: folders.change(bob, folder.key, "Mine", {}),
        lambda: folders.remove(bob, folder.key),
    ):
        with pytest.raises(NotFound):
            deed()
    assert temporary.beginning(bob, folder=folder.key) == {}
    folder.refresh_from_db()
    assert (folder.name, folder.settings) == ("Hers", {"seed": 1})


def test_whether_a_folder_is_closed_is_remembered_beside_other_preferences(alice):
    alice.preferences = {"keys": "mine"}
    alice.save()
    one, two = folders.create(alice, "One"), folders.create(alice, "Two")
    folders.fold(alice, one.key, closed=True)
    folders.fold(alice, two.key, closed=True)
    folders.fold(alice, two.key, closed=True)
    folders.fold(alice, one.key, closed=False)
    alice.refresh_from_db()
    assert folders.closed_ones(alice) == [str(two.key)]
    assert alice.preferences["keys"] == "mine"


def test_a_folder_counts_between_the_members_defaults_and_the_chats_own(alice):
    defaults.keep({"seed": 3, "top_k": 3, "top_p": 0.3}, alice)
    resolved = resolve({"seed": 1}, alice, {"seed": 2, "top_k": 2})
    assert resolved.values == {"seed": 1, "top_k": 2, "top_p": 0.3}
    assert resolved.origins == {"seed": "chat", "top_k": "folder", "top_p": "mine"}


def test_the_folders_prompt_and_settings_go_to_the_model(alice):
    defaults.keep({"system_prompt": "Mine", "temperature": 0.9, "top_p": 0.5}, alice)
    folder = folders.create(alice, "Work", {"system_prompt": "Answer as a lawyer.", "temperature": 0.1})
    conversation = inside(alice, folder)
    plan = history.plan_next(conversation)
    assert plan.messages[0] == {"role": "system", "content": "Answer as a lawyer."}
    assert (plan.values["temperature"], plan.values["top_p"]) == (0.1, 0.5)
    assert (plan.origins["temperature"], plan.origins["top_p"]) == ("folder", "mine")
    conversation.settings = {"temperature": 0.2}
    assert history.plan_next(conversation).origins["temperature"] == "chat"


def test_a_chat_begun_in_a_folder_lies_in_it_from_its_first_question(alice):
    folder = folders.create(alice, "Work", {"system_prompt": "Answer as a lawyer."})
    told = ask(alice, uuid.uuid4(), uuid.uuid4(), "Hm?", place=temporary.beginning(alice, folder=folder.key))
    assert told.conversation.folder == folder
    again = asked(alice, "More", conversation=told.conversation)
    assert again.conversation.folder == folder
