"""Reading: what a visit shows, and what the owner sees of it."""

import pytest
from django.urls import reverse

from chatapp.conversations.branches.fork import fork
from chatapp.conversations.models import Conversation, Message
from chatapp.feedback.rate import rate
from chatapp.review.models import Visit
from tests.conversations.stories import answered
from tests.review.reviewing import REASON, let, up_to_date


@pytest.fixture
def told(alice):
    return answered(alice, "A secret question", "A secret answer", reasoning="A secret thought", cost=0.25)


@pytest.fixture
def reader(told, alice, rita, at):
    let(rita, alice)
    up_to_date()
    browser = at(rita)
    browser.post(reverse("desk:open", args=[told.conversation.key]), {"reason": REASON})
    return browser


def page_of(browser, told, **query):
    return browser.get(reverse("desk:conversation", args=[told.conversation.key]), query)


def test_an_open_conversation_shows_everything_with_the_members_name(reader, told, alice):
    rate(alice, told.reply.message, "down", ["incorrect"], "The year is wrong")
    shown = page_of(reader, told).content.decode()
    for words in (
        "A secret question",
        "A secret answer",
        "A secret thought",
        "Alice",
        "The year is wrong",
        "Good",
    ):
        assert words in shown
    about = reader.get(reverse("desk:about", args=[told.conversation.key, told.reply.message.key]))
    assert b"0.25" in about.content


def test_the_reviewer_reads_another_branch_without_moving_the_owner(reader, told, alice):
    other = Message.objects.create(
        conversation=told.conversation, parent=told.question, role="assistant", text="The other branch"
    )
    before = Conversation.objects.values().get(pk=told.conversation.pk)
    assert "The other branch" not in page_of(reader, told).content.decode()
    shown = page_of(reader, told, at=str(other.key)).content.decode()
    assert "The other branch" in shown
    assert "A secret answer" not in shown
    assert Conversation.objects.values().get(pk=told.conversation.pk) == before
    branches = reader.get(reverse("desk:branches", args=[told.conversation.key])).content.decode()
    assert str(other.key) in branches


def test_a_message_that_the_member_removed_is_not_shown(reader, told, alice):
    from chatapp.conversations.branches.remove import remove

    remove(told.reply.message, "message")
    assert "A secret answer" not in page_of(reader, told).content.decode()


def test_the_receipt_of_a_copy_shows_nothing_of_the_chat_it_came_from(told, alice, rita, at):
    """That one was not opened, and may be out of reach."""
    let(rita, alice)
    copy = fork(told.reply.message)
    up_to_date()
    browser = at(rita)
    browser.post(reverse("desk:open", args=[copy.key]), {"reason": REASON})
    answer = Message.objects.get(conversation=copy, role="assistant")
    about = browser.get(reverse("desk:about", args=[copy.key, answer.key])).content.decode()
    assert "copied from another chat" in about
    assert "0.25" not in about
    assert "secret question" not in about


def test_the_owner_sees_who_when_and_why(reader, told, alice, at):
    owner = at(alice)
    for page in ("chat:conversation", "chat:visits"):
        shown = owner.get(reverse(page, args=[told.conversation.key])).content.decode()
        assert "Rita" in shown
        assert REASON in shown
    shown = owner.get(reverse("chat:readers")).content.decode()
    assert "Rita" in shown
    assert REASON in shown
    assert "Quality of the answers in this quarter" in shown


def test_others_see_nothing_of_a_visit(reader, told, bob, at):
    shown = at(bob).get(reverse("chat:readers")).content.decode()
    assert "Rita" not in shown
    assert at(bob).get(reverse("chat:visits", args=[told.conversation.key])).status_code == 404


def test_the_page_names_only_those_who_can_read_this_members_chats(alice, bob, rita, at):
    let(rita, bob)
    assert "Rita" not in at(alice).get(reverse("chat:readers")).content.decode()
    let(rita, alice)
    assert "Rita" in at(alice).get(reverse("chat:readers")).content.decode()


def test_a_new_visit_asks_for_a_reason_which_is_the_last_one_by_enter(reader, alice, rita):
    second = answered(alice, "Another question")
    up_to_date()
    gate = reader.get(reverse("desk:conversation", args=[second.conversation.key])).content.decode()
    assert f'value="{REASON}"' in gate
    assert "Another question" not in gate
    assert Visit.objects.count() == 1
