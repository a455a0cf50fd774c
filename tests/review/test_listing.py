"""The list: filters, pages, counts, neighbours."""

import datetime

import pytest
from django.utils import timezone

from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.ordering.tags import named
from chatapp.feedback.models import Signal
from chatapp.feedback.rate import rate
from chatapp.prompts.models import Version
from chatapp.review import filters, listing, marks, scope
from chatapp.review.listing import Selection
from chatapp.review.models import Facts, Look, Option
from tests.conversations.stories import answered, deleted
from tests.prompts.writing import written
from tests.review.reviewing import let, up_to_date

pytestmark = pytest.mark.django_db


def selection(reviewer, **fields) -> Selection:
    return Selection(scope.of(reviewer), filters.read(fields))


def keys(reviewer, **fields) -> list:
    rows, _more = listing.page(selection(reviewer, **fields))
    return [row.key for row in rows]


@pytest.fixture
def week(alice, rita):
    """Five conversations of Alice, a day apart, the newest last."""
    let(rita, alice)
    told = [
        answered(alice, f"Question {n}", cost=n / 10, prompt_tokens=n * 100, completion_tokens=0) for n in range(5)
    ]
    for n, one in enumerate(told):
        moment = timezone.now() - datetime.timedelta(days=10 - n)
        Conversation.objects.filter(pk=one.conversation.pk).update(updated=moment)
    up_to_date()
    return told


def of(week, *places) -> list:
    """Keys of these, newest first."""
    return [week[n].conversation.key for n in sorted(places, reverse=True)]


def test_the_list_is_newest_first_and_of_the_scope_alone(week, bob, rita):
    answered(bob)
    answered(rita)
    up_to_date()
    assert keys(rita) == of(week, 0, 1, 2, 3, 4)


def test_pages_follow_each_other_without_gap_or_repetition(week, rita):
    Facts.objects.update(moment=timezone.now())  # all at the same moment
    found, cursor = [], ""
    for _ in range(3):
        rows, cursor = listing.page(selection(rita), cursor, size=2)
        found += [row.key for row in rows]
    assert cursor == ""
    assert sorted(found) == sorted(of(week, 0, 1, 2, 3, 4))


def test_filters_by_numbers_and_days(week, rita):
    assert keys(rita, cost_from="0.2", cost_to="0.3") == of(week, 2, 3)
    assert keys(rita, tokens_from="400") == of(week, 4)
    day = (timezone.now() - datetime.timedelta(days=8)).date()
    assert keys(rita, since=day.isoformat()) == of(week, 2, 3, 4)
    assert keys(rita, until=day.isoformat()) == of(week, 0, 1, 2)


def test_filters_by_what_the_member_did(week, alice, rita):
    rate(alice, week[1].reply.message, "down")
    rate(alice, week[2].reply.message, "up")
    Signal.objects.create(message=week[3].reply.message, kind="regenerate")
    week[4].conversation.tags.add(named(alice, "Größe"))
    up_to_date()
    assert keys(rita, thumb="down") == of(week, 1)
    assert keys(rita, thumb="up") == of(week, 2)
    assert keys(rita, thumb="any") == of(week, 1, 2)
    assert keys(rita, thumb="none") == of(week, 0, 3, 4)
    assert keys(rita, signal="regenerated") == of(week, 3)
    assert keys(rita, tag="GRÖSSE") == of(week, 4)
    assert keys(rita, tag="größ") == []


def test_filters_by_how_answers_ended(week, alice, rita):
    told = answered(
        alice, "Why?", "", state="failed", finish_reason="", error={"code": "capacity", "sentence": "…"}
    )
    cut = answered(alice, "How?", "So", finish_reason="length")
    up_to_date()
    assert (
        keys(rita, end="failed")
        == keys(rita, error="capacity")
        == keys(rita, error="any")
        == [told.conversation.key]
    )
    assert keys(rita, end="length") == [cut.conversation.key]
    assert told.conversation.key not in keys(rita, end="complete")


def test_filters_by_what_reviewers_did(week, rita):
    marks.label(rita, week[0].conversation, "wrong year")
    marks.score(rita, week[1].reply.message, 1)
    marks.review(rita, week[2].conversation, True)
    option = Option.objects.get(place=1)
    assert keys(rita, label="wrong year") == of(week, 0)
    assert keys(rita, option=str(option.pk)) == of(week, 1)
    assert keys(rita, reviewed="yes") == of(week, 2)
    assert keys(rita, reviewed="no") == of(week, 0, 1, 3, 4)
    counts = listing.counts(selection(rita))
    assert (counts.total, counts.reviewed, counts.more) == (5, 1, False)


def test_filters_hold_together(week, alice, rita):
    rate(alice, week[1].reply.message, "down")
    rate(alice, week[2].reply.message, "down")
    up_to_date()
    assert keys(rita, thumb="down", cost_from="0.2") == of(week, 2)


def test_what_makes_no_sense_is_left_out():
    wanted = filters.read(
        {"since": "yesterday", "thumb": "sideways", "cost_from": "nan", "option": "-1", "error": " "}
    )
    assert wanted == filters.Filter()
    assert wanted.query == ""


def test_a_filter_comes_back_from_its_address():
    from django.http import QueryDict

    given = {"since": "2026-03-01", "thumb": "down", "cost_from": "0.25", "tag": "a & b", "option": "7"}
    wanted = filters.read(given)
    assert filters.read(QueryDict(wanted.query)) == wanted
    assert wanted.asked == given


def test_what_was_deleted_is_gone_before_its_facts_are(week, alice, rita):
    deleted(alice, week[4].conversation.key)
    assert keys(rita) == of(week, 0, 1, 2, 3)


def test_neighbours_are_those_of_the_list_that_one_came_from(week, alice, rita):
    for n in (0, 2, 4):
        rate(alice, week[n].reply.message, "down")
    up_to_date()

    def around(n, **fields):
        facts = Facts.objects.get(conversation=week[n].conversation)
        found = listing.neighbours(selection(rita, **fields), facts.conversation_id, facts.moment)
        return found.previous, found.next

    assert around(2) == tuple(of(week, 3) + of(week, 1))
    assert around(2, thumb="down") == tuple(of(week, 4) + of(week, 0))
    assert around(3, thumb="down") == tuple(of(week, 4) + of(week, 2)), "from a place beside the list"
    assert around(4) == (None, of(week, 3)[0])
    assert around(0)[1] is None


@pytest.mark.parametrize("few", [0, 2, 1000], ids=["walked", "two are few", "looked up"])
def test_a_search_counts_and_steps_alike_whether_its_words_are_few_or_many(week, bob, rita, monkeypatch, few):
    monkeypatch.setattr(listing, "FEW_TO_COUNT", few)
    monkeypatch.setattr(listing, "FEW_TO_STEP", few)
    for n, story in enumerate(week):
        Message.objects.filter(pk=story.question.pk).update(text="tulips and roses" if n % 2 else "tulips")
    answered(bob, "tulips")
    marks.review(rita, week[1].conversation, True)
    up_to_date()
    facts = Facts.objects.get(conversation=week[3].conversation)
    for words, found, reviewed in (("tulips", (0, 1, 2, 3, 4), 1), ("roses", (1, 3), 1), ("ferns", (), 0)):
        asked = Selection(scope.of(rita), filters.Filter(), Look(reviewer=rita, words=words))
        assert [row.key for row in listing.page(asked)[0]] == of(week, *found)
        assert listing.counts(asked) == listing.Counts(len(found), reviewed)
        near = listing.neighbours(asked, facts.conversation_id, facts.moment)
        newer, older = of(week, *(n for n in found if n > 3)), of(week, *(n for n in found if n < 3))
        assert (near.previous, near.next) == (newer[-1] if newer else None, older[0] if older else None)


def test_filters_by_the_version_of_a_prompt_that_an_answer_used(week, eddi, rita):
    version = Version.objects.get(prompt=written(eddi))
    Reply.objects.filter(pk=week[3].reply.pk).update(prompt_version=version)
    Conversation.objects.filter(pk=week[3].conversation.pk).update(version=9)
    up_to_date()
    assert keys(rita, version=str(version.pk)) == of(week, 3)
    assert keys(rita, version=str(version.pk + 1)) == []
