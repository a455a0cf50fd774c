"""Searching: words and names are looked for with a reason; what is shown of somebody is on record first."""

import pytest
from django.urls import reverse

from chatapp.audit.models import Entry
from chatapp.review import look
from chatapp.review.models import Look, Visit
from chatapp.review.pseudonyms import pseudonym
from tests.conversations.stories import answered
from tests.review.reviewing import REASON, let, up_to_date


@pytest.fixture
def talks(alice, bob):
    found = [answered(alice, "How do tulips grow?", "Slowly"), answered(bob, "What are tulips?", "Flowers")]
    answered(alice, "Something else", "Nothing")
    up_to_date()
    return found


def search(browser, **fields):
    return browser.post(reverse("desk:look"), {"reason": REASON, **fields})


def found(browser, **fields):
    return browser.get(search(browser, **fields).json()["url"]).content.decode()


def test_a_search_shows_words_and_is_on_record_with_what_it_showed(talks, alice, rita, at):
    let(rita, alice)
    shown = found(at(rita), words="tulips")
    assert "How do <mark>tulips</mark> grow?" in shown
    assert "What are" not in shown, "Bob is not in the scope"
    assert "Alice" not in shown
    searched = Entry.objects.get(action="review.searched")
    assert (searched.actor_id, searched.reason, searched.detail["words"]) == (rita.pk, REASON, "tulips")
    result = Entry.objects.get(action="review.found")
    assert result.detail["conversations"] == [str(talks[0].conversation.key)]
    visit = Visit.objects.get()
    assert (visit.kind, visit.owner_id, visit.reason) == ("found", alice.pk, REASON)


def test_nothing_is_shown_if_it_cannot_be_recorded(talks, alice, rita, at, monkeypatch):
    let(rita, alice)
    browser = at(rita)
    url = search(browser, words="tulips").json()["url"]

    def away(*args, **kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(look, "record", away)
    browser.raise_request_exception = False
    answer = browser.get(url)
    assert answer.status_code == 500
    assert b"tulips" not in answer.content
    assert not Visit.objects.exists()


def test_the_same_page_again_is_recorded_once(talks, alice, rita, at):
    let(rita, alice)
    browser = at(rita)
    url = search(browser, words="tulips").json()["url"]
    for _ in range(2):
        browser.get(url)
    assert Visit.objects.count() == Entry.objects.filter(action="review.found").count() == 1


@pytest.mark.parametrize(
    "fields", [{"words": "tulips", "reason": "x"}, {"words": ""}, {"words": "…"}, {"words": "in:title"}]
)
def test_a_search_without_a_reason_or_words_is_refused(talks, alice, rita, at, fields):
    let(rita, alice)
    answer = search(at(rita), **fields)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Look.objects.exists()
    assert not Entry.objects.filter(action="review.searched").exists()


def test_a_member_is_looked_for_by_name_within_the_scope_only(talks, alice, bob, rita, at):
    let(rita, alice)
    browser = at(rita)
    assert search(browser, member="Bob").status_code == 422
    shown = found(browser, member="alice@example.org")
    assert shown.count("found-row") == 2
    entry = Entry.objects.get(action="review.searched")
    assert entry.subject_key == str(alice.pk)
    assert entry.reason == REASON


def test_somebody_elses_search_shows_nothing(talks, alice, rita, at):
    from tests.cast import somebody

    other = somebody("Rolf", "reviewer")
    let(rita, alice)
    let(other, alice)
    url = search(at(rita), words="tulips").json()["url"]
    for browser in (at(other), at(rita)):  # the second is Rita in another session
        shown = browser.get(url).content.decode()
        assert "tulips" not in shown
        assert "Your search is over" in shown


def test_a_filter_by_code_finds_whom_it_stands_for_and_only_for_this_reviewer(talks, alice, bob, rita, at):
    from tests.cast import somebody

    other = somebody("Rolf", "reviewer")
    let(rita)
    let(other)
    code = pseudonym(rita.pk, alice.pk)
    assert code != pseudonym(other.pk, alice.pk)
    address = reverse("desk:list")
    assert at(rita).get(address, {"member": code.lower()}).content.decode().count("found-row") == 2
    assert at(other).get(address, {"member": code}).content.decode().count("found-row") == 0
