"""Thumbs and signals over HTTP, the team's switch, and the privacy page."""

import uuid

import pytest
from django.test import Client

from chatapp.feedback import recording
from chatapp.feedback.models import Rating, Signal
from chatapp.feedback.rate import rate
from tests.conversations.stories import answered, asked


def save(browser: Client, message, **form):
    return browser.post(f"/m/{message.key}/feedback/save/", form)


def pressed(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('aria-pressed="')[1:]]


def test_a_thumb_shows_on_the_page_of_the_one_who_gave_it(alice, at):
    told = answered(alice)
    browser = at(alice)
    assert save(browser, told.reply.message, thumb="down").status_code == 204
    for path in (
        f"/c/{told.conversation.key}/",
        f"/c/{told.conversation.key}/turns/",
        f"/m/{told.reply.message.key}/",
    ):
        page = browser.get(path).content.decode()
        assert pressed(page.split("<article")[-1])[:2] == ["false", "true"]
        assert 'data-do="thumb-why"' in page


def test_reasons_and_words_are_shown_again_changed_and_removed(alice, at):
    message = answered(alice).reply.message
    browser = at(alice)
    save(browser, message, thumb="down")
    save(browser, message, thumb="down", why="1", reasons="long,refused", words="Too <b>much</b>")
    page = browser.get(f"/m/{message.key}/feedback/").content.decode()
    assert page.count(" checked") == 2
    assert "Too &lt;b&gt;much" in page
    save(browser, message, thumb="down", why="1", reasons="", words="")
    assert Rating.objects.values_list("thumb", "reasons", "words").get() == ("down", [], "")
    assert save(browser, message, thumb="").status_code == 204
    assert not Rating.objects.exists()
    assert "<form" not in browser.get(f"/m/{message.key}/feedback/").content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"thumb": "both"},
        {"thumb": "up", "why": "1", "reasons": "long"},
        {"thumb": "up", "why": "1", "words": "x" * 2001},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(alice, at, form):
    message = answered(alice).reply.message
    answer = save(at(alice), message, **form)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Rating.objects.exists()


def test_nobody_rates_or_marks_what_is_somebody_elses(alice, bob, rita, ada, at):
    message = answered(alice).reply.message
    rate(alice, message, "up", ["clear"], "Private words")
    for who in (bob, rita, ada):
        browser = at(who)
        assert save(browser, message, thumb="down").status_code == 404
        assert save(browser, message, thumb="").status_code == 404
        assert browser.get(f"/m/{message.key}/feedback/").status_code == 404
        assert browser.post(f"/m/{message.key}/copied/").status_code == 404
    assert Rating.objects.values_list("thumb", "words").get() == ("up", "Private words")
    assert not Signal.objects.exists()


def test_asking_again_stopping_and_copying_leave_a_signal(alice, at):
    told = answered(alice)
    message = told.reply.message
    browser = at(alice)
    browser.post(f"/m/{message.key}/copied/")
    assert browser.post(f"/m/{message.key}/retry/", {"way": "retry"}).status_code == 200
    running = told.conversation.replies.order_by("id").last()
    assert browser.post(f"/r/{running.key}/stop/").status_code == 204
    noted = Signal.objects.order_by("id").values_list("kind", "message__key")
    assert list(noted) == [("copy", message.key), ("regenerate", message.key), ("stop", running.message.key)]


def test_changing_a_question_leaves_a_signal_beside_the_one_that_was_changed(alice, at):
    told = answered(alice)
    browser = at(alice)
    path = f"/m/{told.question.key}/edit/"
    assert browser.post(path, {"text": "Other words"}).status_code == 200
    assert browser.post(path, {"text": ""}).status_code == 422
    ask = {"text": "Yet other words", "ask": str(uuid.uuid4())}
    assert [browser.post(f"{path}ask/", ask).status_code for _ in range(2)] == [200, 200]
    noted = Signal.objects.order_by("id").values_list("kind", "message__key")
    assert list(noted) == [("edit", told.question.key)] * 2


def test_answering_with_other_settings_is_asking_again(alice, at):
    message = answered(alice).reply.message
    assert at(alice).post(f"/m/{message.key}/other/", {"temperature": "0.5"}).status_code == 200
    assert Signal.objects.values_list("kind", "message__key").get() == ("regenerate", message.key)


def test_what_was_refused_leaves_no_signal(alice, at):
    told = asked(alice)
    browser = at(alice)
    assert browser.post(f"/m/{told.reply.message.key}/retry/", {"way": "retry"}).status_code == 422
    done = answered(alice)
    browser.post(f"/r/{done.reply.key}/stop/")
    assert not Signal.objects.exists()


def test_a_signal_that_cannot_be_noted_does_not_fail_the_deed(alice, at, monkeypatch):
    from django.db import OperationalError

    def away() -> bool:
        raise OperationalError("database is locked")

    monkeypatch.setattr(recording, "is_on", away)
    told = answered(alice)
    assert at(alice).post(f"/m/{told.reply.message.key}/retry/", {"way": "retry"}).status_code == 200
    assert told.conversation.replies.count() == 2


def test_an_administrator_turns_the_switch_and_everybody_can_read_how_it_stands(ada, alice, at):
    browser = at(ada)
    assert "is on now" in Client().get("/privacy/").content.decode()
    assert browser.post("/team/recording/turn/", {"on": "false"})["Location"] == "/team/recording/"
    assert "nothing of it is recorded now" in Client().get("/privacy/").content.decode()
    page = browser.get("/team/recording/").content.decode()
    assert "Switched off by Ada" in page
    message = answered(alice).reply.message
    at(alice).post(f"/m/{message.key}/copied/")
    assert not Signal.objects.exists()
    browser.post("/team/recording/turn/", {"on": "true"})
    assert recording.is_on()


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_nobody_else_turns_it(who, at, request):
    browser = at(request.getfixturevalue(who))
    assert browser.get("/team/recording/").status_code == 403
    assert browser.post("/team/recording/turn/", {"on": "false"}).status_code == 403
    assert recording.is_on()


def test_the_privacy_page_is_for_everybody_and_linked_where_one_looks(alice, at, settings):
    browser = at(alice)
    assert Client().get("/privacy/").status_code == 200
    for path in ("/", "/me/"):
        assert "/privacy/" in browser.get(path).content.decode()
    settings.SHARE_PUBLIC = False
    assert "switched off here" in Client().get("/privacy/").content.decode()
