"""The pages of the tree: drawn, named, two branches compared."""

import uuid

import pytest

from tests.chat.test_pages import url
from tests.conversations.branches.test_tree import again
from tests.conversations.stories import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(alice):
    """A question with two answers: (conversation, first answer, second answer)."""
    told = answered(alice, "Which <b>years</b>?", "Every fourth <i>year</i>.")
    return told.conversation, told.reply.message, again(told, "Every fourth, but for centuries.")


def test_the_map_leads_to_every_branch_and_escapes_words(alice, at, two):
    conversation, first, second = two
    page = at(alice).get(url("map", conversation.key)).content.decode()
    assert f'data-go="{first.key}"' in page
    assert f'data-go="{second.key}"' in page
    assert "Which &lt;b&gt;years" in page
    assert page.count("data-tick") == 2


def test_two_branches_stand_beside_each_other_with_what_differs(alice, at, two):
    conversation, first, second = two
    page = at(alice).get(url("compare", conversation.key), {"left": first.key, "right": second.key})
    text = page.content.decode()
    assert "The first message is the same in both" in text
    assert "<del>" in text
    assert "<ins>" in text
    assert "&lt;i&gt;" in text


@pytest.mark.parametrize("wrong", ["", "x", str(uuid.uuid4())])
def test_a_comparison_needs_two_messages_of_the_chat(alice, at, two, wrong):
    conversation, first, _ = two
    page = at(alice).get(url("compare", conversation.key), {"left": first.key, "right": wrong})
    assert "not there any more" in page.content.decode()


def test_messages_of_another_chat_cannot_be_compared_in(alice, bob, at, two):
    conversation, first, _ = two
    for owner in (alice, bob):
        other = answered(owner).reply.message
        page = at(alice).get(url("compare", conversation.key), {"left": first.key, "right": other.key})
        assert "not there any more" in page.content.decode()
        assert "Those divisible" not in page.content.decode()


def test_a_name_is_kept_and_a_long_one_refused_beside_the_field(alice, bob, at, two):
    _, first, _ = two
    assert at(alice).post(url("name_branch", first.key), {"name": "Short"}).status_code == 204
    refused = at(alice).post(url("name_branch", first.key), {"name": "x" * 81})
    assert (refused.status_code, refused.json()["field"]) == (422, "name")
    assert at(bob).post(url("name_branch", first.key), {"name": "Mine"}).status_code == 404
    first.refresh_from_db()
    assert first.name == "Short"
