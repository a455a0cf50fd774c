"""Thumbs, signals and the switch: the deeds."""

import datetime

import pytest
from django.db import OperationalError
from django.utils import timezone

from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.feedback import recording, signals
from chatapp.feedback.models import Rating, Recording, Signal
from chatapp.feedback.rate import LONGEST, REASONS, rate, take_back, thumbs
from tests.conversations.stories import answered


@pytest.fixture
def answer(alice) -> Message:
    return answered(alice).reply.message


def stored() -> list[tuple]:
    return list(Rating.objects.values_list("thumb", "reasons", "words"))


def test_a_thumb_is_given_once_and_changed(alice, answer):
    rate(alice, answer, "up")
    rate(alice, answer, "down", ["long", "incorrect"], "  Half of it is wrong. ")
    assert stored() == [("down", ["incorrect", "long"], "Half of it is wrong.")]


def test_what_is_not_given_stays_as_far_as_it_fits_the_thumb(alice, answer):
    rate(alice, answer, "down", ["incorrect", "style"], "Why?")
    rate(alice, answer, "down")
    assert stored() == [("down", ["incorrect", "style"], "Why?")]
    rate(alice, answer, "up")
    assert stored() == [("up", ["style"], "Why?")]


def test_a_thumb_is_taken_back_with_all_that_was_said(alice, answer):
    rate(alice, answer, "up", ["clear"], "Nice")
    assert take_back(alice, answer)
    assert not take_back(alice, answer)
    assert stored() == []


def test_each_member_has_thumbs_of_their_own(alice, bob, answer):
    rate(alice, answer, "up")
    assert thumbs(alice, [answer.key]) == {answer.key: "up"}
    assert thumbs(bob, [answer.key]) == {}
    assert not take_back(bob, answer)


@pytest.mark.parametrize(
    ("thumb", "reasons", "words"),
    [
        ("sideways", None, None),
        ("", None, None),
        ("up", ["incorrect"], None),
        ("down", ["correct"], None),
        ("down", ["<script>"], None),
        ("up", None, "x" * (LONGEST + 1)),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(alice, answer, thumb, reasons, words):
    rate(alice, answer, "up", ["clear"], "Nice")
    with pytest.raises(Refused):
        rate(alice, answer, thumb, reasons, words)
    assert stored() == [("up", ["clear"], "Nice")]


def test_a_question_is_not_rated(alice, answer):
    with pytest.raises(Refused):
        rate(alice, answer.parent, "up")
    assert stored() == []


def test_words_with_a_nul_are_kept_without_it(alice, answer):
    rate(alice, answer, "up", None, "a\x00b")
    assert stored() == [("up", [], "a\ufffdb")]


def test_every_thumb_can_be_explained_in_other_words():
    assert all("other" in reasons for reasons in REASONS.values())


def test_a_signal_knows_the_run_that_wrote_the_answer(alice):
    told = answered(alice)
    signals.note("stop", told.reply.message_id)
    signal = Signal.objects.get()
    assert (signal.kind, signal.message, signal.reply) == ("stop", told.reply.message, told.reply)
    assert timezone.now() - signal.at < datetime.timedelta(seconds=10)


def test_copying_counts_once_a_minute_and_message_other_deeds_every_time(alice, answer):
    other = answered(alice).reply.message
    for kind in ("copy", "copy", "regenerate", "regenerate"):
        signals.note(kind, answer.pk)
    signals.note("copy", other.pk)
    assert Signal.objects.filter(kind="copy", message=answer).count() == 1
    assert Signal.objects.filter(kind="copy", message=other).count() == 1
    assert Signal.objects.filter(kind="regenerate").count() == 2
    Signal.objects.update(at=timezone.now() - datetime.timedelta(seconds=61))
    signals.note("copy", answer.pk)
    assert Signal.objects.filter(kind="copy", message=answer).count() == 2


def test_switched_off_nothing_is_recorded_and_what_was_stays(alice, ada, answer):
    signals.note("copy", answer.pk)
    recording.turn(False, by=ada)
    signals.note("stop", answer.pk)
    assert [signal.kind for signal in Signal.objects.all()] == ["copy"]
    rate(alice, answer, "up")
    assert stored()[0][0] == "up"
    recording.turn(True, by=ada)
    signals.note("stop", answer.pk)
    assert Signal.objects.count() == 2


def test_a_signal_about_nothing_is_dropped(db):
    signals.note("stop", 12345)
    assert not Signal.objects.exists()


def test_a_signal_never_fails(answer, monkeypatch):
    def away() -> bool:
        raise OperationalError("database is locked")

    monkeypatch.setattr(recording, "is_on", away)
    signals.note("stop", answer.pk)
    assert not Signal.objects.exists()


def test_the_switch_remembers_who_turned_it(ada, rita):
    assert recording.is_on()
    assert not recording.turn(True, by=ada)
    assert recording.turn(False, by=ada)
    assert recording.turn(True, by=rita)
    assert [(turn.on, turn.by) for turn in recording.history()] == [(True, rita), (False, ada)]
    ada.delete()
    assert Recording.objects.count() == 2


def test_feedback_goes_with_the_answer(alice, answer):
    rate(alice, answer, "up")
    signals.note("copy", answer.pk)
    Message.objects.all().delete()
    assert not Rating.objects.exists()
    assert not Signal.objects.exists()
