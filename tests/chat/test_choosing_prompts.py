"""Choosing a chat's prompt through its addresses: the picker, the form, the deed."""

import uuid

import pytest
from django.urls import reverse

from chatapp.conversations.models import Conversation
from chatapp.prompts import access, publish
from chatapp.prompts.models import Label
from tests.prompts.writing import group, published, version


def url(name: str, key: uuid.UUID) -> str:
    return reverse(f"chat:{name}", args=[key])


@pytest.fixture
def prompt(eddi):
    variables = [{"name": "customer", "type": "text", "label": "Who is it for?", "required": True}]
    return published(eddi, "For {{customer}}", name="Letters", variables=variables)


def test_a_prompt_can_be_chosen_before_the_first_question(prompt, alice, at):
    key, browser = uuid.uuid4(), at(alice)
    form = browser.get(url("prompt_form", key), {"prompt": "letters"}).content.decode()
    assert "Who is it for?" in form
    answer = browser.post(url("prompt_choose", key), {"prompt": "letters", "stay": "", "v-customer": "Acme"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Letters" in page
    assert "v1" in page
    made = Conversation.objects.get(key=key)
    assert (made.owner, made.prompt, made.prompt_values) == (alice, prompt, {"customer": "Acme"})
    assert "Letters" in browser.get(url("conversation", key)).content.decode()


def test_what_is_missing_comes_back_beside_its_field_with_what_was_typed(prompt, alice, at):
    answer = at(alice).post(
        url("prompt_choose", uuid.uuid4()), {"prompt": "letters", "stay": "1", "v-customer": ""}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is needed." in page
    assert 'value="1" checked' in page


def test_the_panel_and_the_picker_say_what_counts_and_how(prompt, alice, eddi, at):
    key, browser = uuid.uuid4(), at(alice)
    chosen = {"prompt": "letters", "v-customer": "Acme"}
    browser.post(url("prompt_choose", key), chosen | {"stay": ""})
    for name in ("prompt", "settings"):
        assert "Follows production, now version 1" in browser.get(url(name, key)).content.decode()
    version(prompt, eddi, "Dear {{customer}}", variables=prompt.versions.get().variables)
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "x")
    assert "now version 2" in browser.get(url("settings", key)).content.decode()
    browser.post(url("prompt_choose", key), chosen | {"stay": "1"})
    assert "Stays on version 1" in browser.get(url("settings", key)).content.decode()
    assert "version 1" in browser.get(url("settings", key)).content.decode()


def test_the_picker_finds_what_one_may_use_and_nothing_else(prompt, alice, eddi, at):
    hidden = published(eddi, name="Hidden")
    access.grant(hidden, eddi, {"use": [str(group("Others").pk)]})
    browser, key = at(alice), uuid.uuid4()
    page = browser.get(url("prompt", key)).content.decode()
    assert "Letters" in page
    assert "Hidden" not in page
    assert "Letters" not in browser.get(url("prompt", key), {"list": "1", "q": "nothing"}).content.decode()
    assert "not for you" in browser.get(url("prompt_form", key), {"prompt": "hidden"}).content.decode()
    answer = browser.post(url("prompt_choose", key), {"prompt": "hidden", "stay": ""})
    assert answer.status_code == 422
    assert not Conversation.objects.exists()


def test_no_prompt_is_a_choice(prompt, alice, at):
    key, browser = uuid.uuid4(), at(alice)
    assert browser.post(url("prompt_choose", key), {"prompt": "none"}).status_code == 200
    assert Conversation.objects.get(key=key).without_prompt
    assert browser.post(url("prompt_choose", key), {"prompt": "team"}).status_code == 200
    assert not Conversation.objects.get(key=key).without_prompt


@pytest.mark.parametrize("stay", ["9", "x", "-1", "1" * 20])
def test_a_version_that_is_none_is_refused(prompt, alice, at, stay):
    sent = {"prompt": "letters", "stay": stay, "v-customer": "Acme"}
    assert at(alice).post(url("prompt_choose", uuid.uuid4()), sent).status_code == 422
