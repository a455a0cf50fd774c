"""The posts of branches: their success, their refusal in a sentence beside the field."""

import uuid

import pytest
from django.urls import reverse

from chatapp.conversations.models import Conversation, Message, Reply
from tests.conversations.stories import answered, asked


def url(name: str, key) -> str:
    return reverse(f"chat:{name}", args=[key])


def test_words_are_saved_or_asked(alice, at):
    told, browser = answered(alice), at(alice)
    saved = browser.post(url("edit", told.question.key), {"text": "Other"})
    version = Message.objects.get(key=saved.json()["message"])
    assert (version.text, version.copy_of) == ("Other", told.question)
    press = str(uuid.uuid4())
    asked_anew = browser.post(url("edit_ask", told.question.key), {"text": "Third", "ask": press})
    again = browser.post(url("edit_ask", told.question.key), {"text": "Third", "ask": press})
    assert asked_anew.json() | {"repeat": True} == again.json()
    assert Message.objects.filter(parent=None).count() == 3


@pytest.mark.parametrize("name", ["edit", "edit_ask"])
def test_no_words_are_refused_beside_the_field(alice, at, name):
    told = answered(alice)
    answer = at(alice).post(url(name, told.question.key), {"text": " ", "ask": str(uuid.uuid4())})
    assert (answer.status_code, answer.json()["field"]) == (422, "text")
    assert Message.objects.count() == 2


def test_one_answer_gets_settings_of_its_own(alice, at):
    told = answered(alice)
    Conversation.objects.update(settings={"temperature": 0.9})
    browser, key = at(alice), told.reply.message.key
    form = browser.get(url("other_form", key)).content.decode()
    assert "In this chat: 0.9" in form
    assert 'name="reasoning.effort"' in form
    answer = browser.post(url("other", key), {"temperature": "0.2", "reasoning.effort": "low", "max_tokens": ""})
    reply = Reply.objects.get(key=answer.json()["reply"])
    assert (reply.way, reply.overrides) == ("other", {"temperature": 0.2, "reasoning.effort": "low"})
    assert Conversation.objects.get().settings == {"temperature": 0.9}


def test_a_setting_that_is_not_valid_is_marked_and_what_was_typed_stays(alice, at):
    told = answered(alice)
    answer = at(alice).post(url("other", told.reply.message.key), {"temperature": "hot", "max_tokens": "500"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="hot"' in page
    assert 'value="500"' in page
    assert page.count('aria-invalid="true"') == 1
    assert Reply.objects.count() == 1


def test_with_no_setting_it_is_simply_answered_again(alice, at):
    told = answered(alice)
    at(alice).post(url("other", told.reply.message.key), {"temperature": " "})
    assert Reply.objects.order_by("id").last().way == "retry"


def test_a_message_is_deleted_and_comes_back(alice, at):
    told, browser = answered(alice), at(alice)
    key, page = told.question.key, url("conversation", told.conversation.key)
    form = browser.get(url("remove_form", key)).content.decode()
    assert "Only the question" in form
    assert "2 messages" in form
    assert browser.post(url("remove", key), {"scope": "branch"}).status_code == 204
    assert b"data-message" not in browser.get(page).content
    assert b"What shall we work on" in browser.get(page).content
    assert browser.post(url("remove", key), {"scope": "branch"}).status_code == 404
    assert browser.post(url("restore_message", key)).status_code == 204
    assert str(key).encode() in browser.get(page).content
    assert browser.post(url("remove", key), {"scope": "all"}).status_code == 422


def test_a_fork_is_told_where_it_is(alice, at):
    told, browser = answered(alice), at(alice)
    answer = browser.post(url("fork", told.reply.message.key)).json()
    assert answer["url"] == url("conversation", answer["conversation"])
    assert b"Those divisible by four." in browser.get(answer["url"]).content
    running = asked(alice)
    refused = browser.post(url("fork", running.reply.message.key))
    assert refused.status_code == 422


def test_a_stale_page_is_told_what_was_asked_meanwhile(alice, at):
    told, browser = answered(alice), at(alice)
    send = url("send", told.conversation.key)
    parent = str(told.reply.message.key)
    first = browser.post(send, {"ask": str(uuid.uuid4()), "text": "Mine", "parent": parent}).json()
    second = browser.post(send, {"ask": str(uuid.uuid4()), "text": "Theirs", "parent": parent}).json()
    assert (first["rival"], second["rival"]) == (None, first["message"])
