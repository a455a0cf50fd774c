"""Saving settings from several tabs: each stores what was changed in it, and nothing else."""

import uuid

from django.urls import reverse
from django.utils import timezone

from chatapp.chat import panel
from chatapp.conversations.models import Conversation
from chatapp.prompts import defaults
from chatapp.prompts.resolve import resolve
from tests.conversations.stories import answered


def whole_form(**typed: str) -> dict[str, str]:
    """What a page posts: every field, most of them empty."""
    return {**dict.fromkeys(panel.names(), ""), **typed}


def test_a_tab_with_an_old_form_stores_only_what_was_changed_in_it(alice, at):
    url = reverse("chat:settings", args=[answered(alice).conversation.key])
    at(alice).post(url, whole_form(temperature="0.3", changed="temperature"))
    at(alice).post(url, whole_form(seed="7", changed="seed"))
    assert Conversation.objects.get().settings == {"temperature": 0.3, "seed": 7}


def test_a_changed_field_that_is_empty_becomes_unset(alice, at):
    url = reverse("chat:settings", args=[answered(alice).conversation.key])
    at(alice).post(url, whole_form(temperature="0.3", seed="7"))
    at(alice).post(url, whole_form(temperature="0.9", changed="seed,top_p"))
    assert Conversation.objects.get().settings == {"temperature": 0.3}


def test_a_wrong_value_in_a_field_that_was_not_changed_is_not_looked_at(alice, at):
    url = reverse("chat:settings", args=[answered(alice).conversation.key])
    at(alice).post(url, whole_form(seed="7"))
    answer = at(alice).post(url, whole_form(temperature="warm", top_k="10", changed="top_k"))
    assert answer.status_code == 200
    assert Conversation.objects.get().settings == {"seed": 7, "top_k": 10}


def test_a_refused_change_shows_the_other_fields_as_they_are_stored(alice, at):
    url = reverse("chat:settings", args=[answered(alice).conversation.key])
    at(alice).post(url, whole_form(seed="7"))
    answer = at(alice).post(url, whole_form(temperature="warm", changed="temperature"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="7"' in page
    assert 'value="warm"' in page
    assert Conversation.objects.get().settings == {"seed": 7}


def test_no_changed_field_changes_nothing(alice, at):
    key = uuid.uuid4()
    at(alice).post(reverse("chat:settings", args=[key]), whole_form(seed="7", changed="seed"))
    at(alice).post(reverse("chat:settings", args=[key]), whole_form(changed=""))
    assert Conversation.objects.get().settings == {"seed": 7}


def test_making_team_defaults_changes_nothing_in_the_chat_they_came_from(at, ada):
    defaults.keep({"reasoning.effort": "low"}, ada)
    conversation = Conversation.objects.create(
        owner=ada, updated=timezone.now(), settings={"reasoning.effort": "high", "top_p": 0.9}
    )
    url = f"/c/{conversation.key}/settings/team/"
    assert at(ada).post(url, whole_form(**{"reasoning.effort": "high", "top_p": "0.9"})).status_code == 200
    conversation.refresh_from_db()
    assert conversation.settings == {"reasoning.effort": "high"}, "my own default would win over the team's"
    assert resolve(conversation.settings, ada).values == {"reasoning.effort": "high", "top_p": 0.9}
