"""Each post: its success, its refusal in a sentence, and that a refusal stores nothing."""

import uuid

import pytest
from django.urls import reverse

from chatapp.conversations.ask import MAX_QUEUED
from chatapp.conversations.models import Conversation, Draft, Message, Reply
from tests.conversations.stories import answered, asked


def url(name: str, key) -> str:
    return reverse(f"chat:{name}", args=[key])


def send(browser, text: str = "Why?", key=None, ask=None):
    form = {"ask": str(ask or uuid.uuid4()), "text": text}
    return browser.post(url("send", key or uuid.uuid4()), form)


def test_a_question_is_answered_with_where_it_is(alice, at):
    key = uuid.uuid4()
    answer = send(at(alice), key=key)
    told = answer.json()
    reply = Reply.objects.get()
    assert answer.status_code == 200
    assert told == {
        "conversation": str(key),
        "url": f"/c/{key}/",
        "message": str(Message.objects.get(role="user").key),
        "reply": str(reply.key),
        "state": reply.state,
        "repeat": False,
        "rival": None,
        "draft": "",
    }


def test_the_same_press_again_gets_the_same_answer(alice, at):
    key, press, browser = uuid.uuid4(), uuid.uuid4(), at(alice)
    first, second = send(browser, key=key, ask=press).json(), send(browser, key=key, ask=press).json()
    assert second == first | {"repeat": True}
    assert Message.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \n", "x" * 1001])
def test_what_is_no_question_is_refused_beside_the_box(alice, at, settings, text):
    settings.MAX_QUESTION_CHARS = 1000
    answer = send(at(alice), text)
    assert answer.status_code == 422
    assert answer.json()["field"] == "text"
    assert answer.json()["error"].endswith(".")
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("ask", ["", "1", "x" * 36, "\x00"])
def test_without_a_press_of_its_own_it_is_refused(alice, at, ask):
    answer = at(alice).post(url("send", uuid.uuid4()), {"ask": ask, "text": "Why?"})
    assert answer.status_code == 422
    assert "Reload" in answer.json()["error"]
    assert not Conversation.objects.exists()


def test_too_many_waiting_are_refused(alice, at):
    told = asked(alice)
    for n in range(MAX_QUEUED):
        asked(alice, f"{n}", conversation=told.conversation)
    answer = send(at(alice), key=told.conversation.key)
    assert answer.status_code == 422
    assert Reply.objects.count() == MAX_QUEUED + 1


def test_an_answer_is_asked_for_again(alice, at):
    told = answered(alice)
    answer = at(alice).post(url("retry", told.reply.message.key), {"way": "lower_effort"})
    reply = Reply.objects.order_by("id").last()
    assert answer.status_code == 200
    assert answer.json()["reply"] == str(reply.key)
    assert (reply.way, reply.overrides) == ("lower_effort", {"reasoning.effort": "low"})


@pytest.mark.parametrize("way", ["better", "continue", "\x00"])
def test_an_unknown_way_is_refused(alice, at, way):
    told = answered(alice)
    answer = at(alice).post(url("retry", told.reply.message.key), {"way": way})
    assert (answer.status_code, Reply.objects.count()) == (422, 1)


def test_while_one_is_written_another_is_refused(alice, at):
    told = asked(alice)
    for name in ("retry", "continue"):
        answer = at(alice).post(url(name, told.reply.message.key))
        assert answer.status_code == 422
        assert answer.json()["error"]
    assert Reply.objects.count() == 1


def test_a_cut_answer_is_continued_and_a_complete_one_is_not(alice, at):
    cut = answered(alice, state="interrupted", finish_reason="")
    answer = at(alice).post(url("continue", cut.reply.message.key))
    assert answer.status_code == 200
    assert answer.json()["message"] == str(cut.reply.message.key)
    whole = answered(alice)
    assert at(alice).post(url("continue", whole.reply.message.key)).status_code == 422


def test_stop_is_stored_and_repeats_are_quiet(alice, at):
    told = asked(alice)
    for _ in range(3):
        assert at(alice).post(url("stop", told.reply.key)).status_code == 204
    assert Reply.objects.get().stop_requested_at is not None


def test_a_waiting_question_is_changed_and_taken_out(alice, at):
    first = asked(alice)
    second = asked(alice, "Two", conversation=first.conversation)
    browser = at(alice)
    assert browser.post(url("queued_edit", second.question.key), {"text": "Other"}).status_code == 204
    assert Message.objects.get(pk=second.question.pk).text == "Other"
    assert browser.post(url("queued_edit", second.question.key), {"text": ""}).status_code == 422
    assert browser.post(url("queued_remove", second.question.key)).status_code == 204
    assert Message.objects.filter(deleted_at=None).count() == 2
    late = browser.post(url("queued_edit", first.question.key), {"text": "Other"})
    assert late.status_code == 409
    assert "already being answered" in late.json()["error"]


def test_a_message_is_weighed(alice, at):
    told = answered(alice)
    assert at(alice).post(url("weight", told.question.key), {"weight": "pinned"}).status_code == 204
    assert at(alice).post(url("weight", told.question.key), {"weight": "heavy"}).status_code == 422
    assert Message.objects.get(pk=told.question.pk).weight == "pinned"


def test_a_conversation_is_named(alice, at):
    told = answered(alice)
    assert at(alice).post(url("rename", told.conversation.key), {"title": "Leap years"}).status_code == 204
    refused = at(alice).post(url("rename", told.conversation.key), {"title": " "})
    assert (refused.status_code, refused.json()["field"]) == (422, "title")
    assert Conversation.objects.get().title == "Leap years"


def test_reading_it_takes_the_mark_away(alice, at):
    told = answered(alice)
    assert at(alice).post(url("read", told.conversation.key)).status_code == 204
    assert not Conversation.objects.get().unread


def test_a_question_tells_what_is_left_of_the_draft(alice, at):
    browser, told = at(alice), answered(alice)
    for draft, left in [("What", ""), ("an hour of words", "an hour of words")]:
        browser.post(url("draft", told.conversation.key), {"text": draft})
        assert send(browser, "What now?", key=told.conversation.key).json()["draft"] == left


def test_drafts_are_kept_for_a_conversation_and_for_the_new_chat(alice, at):
    told, browser = answered(alice), at(alice)
    assert browser.post(url("draft", told.conversation.key), {"text": "in it"}).status_code == 204
    assert browser.post(url("draft", uuid.uuid4()), {"text": "new"}).status_code == 204
    assert b"in it" in browser.get(url("conversation", told.conversation.key)).content
    assert b">new</textarea>" in browser.get("/").content
    assert browser.post(url("draft", told.conversation.key), {"text": ""}).status_code == 204
    assert Draft.objects.get().text == "new"


def test_what_is_typed_into_somebody_elses_or_a_deleted_chat_is_no_new_chat_draft(alice, bob, at):
    told = answered(alice)
    assert at(bob).post(url("draft", told.conversation.key), {"text": "spy"}).status_code == 404
    Conversation.objects.update(deleted_at=told.conversation.updated)
    assert at(alice).post(url("draft", told.conversation.key), {"text": "late"}).status_code == 404
    assert not Draft.objects.exists()
