"""Two branches: where they part, and what differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.conversations.branches.compare import Marker, part, settings_that_differ
from tests.conversations.stories import answered

from .test_tree import again


@pytest.mark.django_db
def test_they_part_behind_the_last_message_both_have(alice):
    told = answered(alice, "One?", "Uno.")
    second = again(told)
    told.conversation.refresh_from_db()
    more = answered(alice, "And then?", "That.", conversation=told.conversation)
    parted = part(told.conversation, told.reply.message, more.reply.message)
    assert (parted.shared, parted.parting) == (1, told.question)
    assert parted.left == [told.reply.message]
    assert parted.right == [second, more.question, more.reply.message]


@pytest.mark.django_db
def test_a_branch_and_its_own_beginning_part_at_its_end(alice):
    told = answered(alice)
    parted = part(told.conversation, told.question, told.reply.message)
    assert (parted.shared, parted.left, parted.right) == (1, [], [told.reply.message])


def test_words_that_only_one_has_are_marked():
    gone, new = Marker().differences("The quick fox.", "The slow fox.")
    assert [(p.kind, p.text) for p in gone] == [("same", "The "), ("gone", "quick "), ("same", "fox.")]
    assert [(p.kind, p.text) for p in new] == [("same", "The "), ("new", "slow "), ("same", "fox.")]


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_character_is_lost_whatever_is_compared(left, right):
    gone, new = Marker().differences(left, right)
    assert "".join(p.text for p in gone) == left
    assert "".join(p.text for p in new) == right
    assert "".join(p.text for p in gone if p.kind == "same") == "".join(p.text for p in new if p.kind == "same")


def test_texts_that_would_cost_too_much_are_shown_without_marks_and_so_is_what_follows():
    marker = Marker()
    one, other = "a b c d " * 300, "b d a " * 300
    gone, new = marker.differences(one, other)
    assert ([p.kind for p in gone], [p.kind for p in new]) == (["gone"], ["new"])
    assert (gone[0].text, new[0].text) == (one, other)
    gone, _ = marker.differences("The quick fox.", "The slow fox.")
    assert [p.kind for p in gone] == ["gone"]
    gone, _ = marker.differences("The same.", "The same.")
    assert [p.kind for p in gone] == ["same"]


def test_settings_are_told_only_where_they_differ():
    found = settings_that_differ({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"})
    assert [(s.name, s.left, s.right) for s in found] == [("a", "1", ""), ("c", "3", "4"), ("d", "", "5")]
