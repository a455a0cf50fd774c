"""Scores, labels, comments, corrections, reviewed: given, taken back, undone."""

import uuid

import pytest

from chatapp.conversations.refusals import NotFound, Refused, TooLate
from chatapp.feedback.models import Rating
from chatapp.review import facts, marks, rubric
from chatapp.review.models import Facts, Mark, Option
from tests.cast import somebody
from tests.conversations.stories import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(alice):
    told = answered(alice)
    facts.everything()
    return told


@pytest.fixture
def rolf(db):
    return somebody("Rolf", "reviewer")


def standing(kind) -> list:
    return list(Mark.objects.standing().filter(kind=kind).order_by("id"))


def scores() -> list[tuple[str, int]]:
    return [(str(mark.reviewer), mark.option.place) for mark in standing("score")]


def test_each_reviewer_has_one_score_and_the_members_thumb_is_another_matter(told, alice, rita, rolf):
    answer = told.reply.message
    Rating.objects.create(member=alice, message=answer, thumb="up")
    marks.score(rita, answer, 1)
    marks.score(rita, answer, 3)
    marks.score(rolf, answer, 1)
    assert scores() == [("Rita", 3), ("Rolf", 1)]
    assert Rating.objects.get().thumb == "up"


def test_the_same_key_again_takes_the_score_back(told, rita):
    marks.score(rita, told.reply.message, 2)
    marks.score(rita, told.reply.message, 2)
    assert scores() == []


def test_only_answers_and_only_by_options_that_stand(told, rita):
    with pytest.raises(Refused):
        marks.score(rita, told.question, 1)
    with pytest.raises(Refused):
        marks.score(rita, told.reply.message, 9)
    with pytest.raises(Refused):
        marks.correct(rita, told.question, "Better")
    assert not Mark.objects.exists()


def test_undo_goes_back_step_by_step(told, rita):
    answer = told.reply.message
    marks.score(rita, answer, 1)
    marks.score(rita, answer, 3)
    marks.label(rita, told.conversation, "odd")
    marks.correct(rita, answer, "Better")
    marks.comment(rita, told.conversation, "Look")
    marks.review(rita, told.conversation, True)
    assert Facts.objects.get().reviewed == Facts.Reviewed.YES

    def left() -> list[str]:
        return [mark.kind for mark in Mark.objects.standing().order_by("id")]

    assert left() == ["score", "label", "correction", "comment", "reviewed"]
    marks.undo(rita, told.conversation)
    assert left() == ["score", "label", "correction", "comment"]
    assert Facts.objects.get().reviewed == Facts.Reviewed.NO
    for _ in range(3):
        marks.undo(rita, told.conversation)
    assert scores() == [("Rita", 3)]
    assert left() == ["score"]
    marks.undo(rita, told.conversation)
    assert scores() == [("Rita", 1)]
    marks.undo(rita, told.conversation)
    assert left() == []
    assert marks.undo(rita, told.conversation) is None


def test_undo_brings_back_what_was_taken_off(told, rita):
    marks.label(rita, told.conversation, "odd")
    marks.label(rita, told.conversation, "odd")
    assert standing("label") == []
    marks.undo(rita, told.conversation)
    assert [mark.text for mark in standing("label")] == ["odd"]


def test_undo_touches_ones_own_deeds_alone(told, rita, rolf):
    marks.score(rita, told.reply.message, 1)
    assert marks.undo(rolf, told.conversation) is None
    assert scores() == [("Rita", 1)]


def test_what_somebody_built_on_is_not_undone(told, rita, rolf):
    answer = told.reply.message
    marks.correct(rita, answer, "Better")
    marks.correct(rolf, answer, "Best")
    with pytest.raises(TooLate):
        marks.undo(rita, told.conversation)
    marks.label(rita, told.conversation, "odd")
    marks.label(rita, told.conversation, "odd")
    marks.label(rolf, told.conversation, "odd")
    with pytest.raises(TooLate):
        marks.undo(rita, told.conversation)
    assert [mark.text for mark in standing("correction")] == ["Best"]
    assert [str(mark.reviewer) for mark in standing("label")] == ["Rolf"]


def test_a_correction_is_one_replaced_and_removed_by_no_text(told, rita, rolf):
    answer = told.reply.message
    marks.correct(rita, answer, "  Better\r\nlines ")
    assert [mark.text for mark in standing("correction")] == ["Better\nlines"]
    marks.correct(rolf, answer, "Best")
    assert [mark.text for mark in standing("correction")] == ["Best"]
    marks.correct(rolf, answer, answer.text)
    assert standing("correction") == []
    with pytest.raises(Refused):
        marks.correct(rolf, answer, answer.text)


def test_a_comment_is_removed_by_who_wrote_it(told, rita, rolf):
    marks.comment(rita, told.conversation, " Look here ")
    key = standing("comment")[0].key
    for who, which in ((rolf, key), (rita, uuid.uuid4())):
        with pytest.raises(NotFound):
            marks.remove_comment(who, told.conversation, which)
    assert [mark.text for mark in standing("comment")] == ["Look here"]
    marks.remove_comment(rita, told.conversation, key)
    assert standing("comment") == []


@pytest.mark.parametrize("text", ["", "  ", "x" * 5000])
def test_comments_and_labels_have_words_and_an_end(told, rita, text):
    with pytest.raises(Refused):
        marks.comment(rita, told.conversation, text)
    with pytest.raises(Refused):
        marks.label(rita, told.conversation, text)
    assert not Mark.objects.exists()


def test_a_changed_option_is_a_new_one_and_old_scores_keep_theirs(told, rita):
    marks.score(rita, told.reply.message, 1)
    rubric.change({1: ("Perfect", 1), 2: ("Acceptable", 0)}, by=rita)
    assert [(o.place, o.name) for o in rubric.options()] == [(1, "Perfect"), (2, "Acceptable")]
    assert standing("score")[0].option.name == "Good"
    assert Option.objects.get(name="Acceptable").retired_at is None
    assert not rubric.change({1: ("Perfect", 1), 2: (" Acceptable ", 0)}, by=rita)


@pytest.mark.parametrize(
    "wanted",
    [{}, {1: ("  ", 0)}, {1: ("Good", 1), 2: ("good", 0)}, {1: ("x" * 41, 0)}, {10: ("Ten", 0)}, {1: ("Good", 7)}],
)
def test_a_rubric_that_makes_no_sense_is_refused(rita, wanted):
    before = list(Option.objects.values())
    with pytest.raises(Refused):
        rubric.change(wanted, by=rita)
    assert list(Option.objects.values()) == before
