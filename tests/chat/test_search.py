"""The palette's fragments, and the page of a message that was found."""

import uuid

import pytest
from django.urls import reverse

from chatapp.conversations.finding import index
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.transcript import WINDOW
from chatapp.sharing.revoke import revoke
from chatapp.sharing.share import share
from tests.conversations.stories import answered


def find(client, **query) -> str:
    answer = client.get(reverse("chat:find"), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def long(alice) -> tuple[Conversation, list[Message]]:
    """A conversation of many messages, its branch shown to the end."""
    conversation = answered(alice).conversation
    messages = list(conversation.messages.order_by("pk"))
    for n in range(3 * WINDOW):
        role = "assistant" if n % 2 else "user"
        messages.append(
            Message.objects.create(conversation=conversation, parent=messages[-1], role=role, text=f"Said {n}.")
        )
    conversation.leaf = messages[-1]
    conversation.save()
    return conversation, messages


def shown(html: str, messages: list[Message]) -> list[int]:
    """Places in `messages` of those in a page."""
    return [n for n, message in enumerate(messages) if f'id="m-{message.key}"' in html]


def test_a_hit_leads_to_its_message_with_the_words_marked(alice, at):
    told = answered(alice, "Of <animals>", 'The "quokka" & <b>friends</b>.')
    index.everything()
    html = find(at(alice), q="quokka")
    assert f'href="/c/{told.conversation.key}/?m={told.reply.message.key}"' in html
    assert "The &quot;<mark>quokka</mark>&quot; &amp; &lt;b&gt;friends&lt;/b&gt;." in html
    assert "Of &lt;animals&gt;" in html


def test_a_hit_in_the_reasoning_says_so_and_opens_it(alice, at):
    told = answered(alice, answer="Yes.", reasoning="A quokka, perhaps.")
    index.everything()
    html = find(at(alice), q="quokka")
    assert f"?m={told.reply.message.key}&amp;in=reasoning" in html
    page = at(alice).get(f"/c/{told.conversation.key}/?m={told.reply.message.key}&in=reasoning")
    assert b'data-found-in="reasoning"' in page.content


def test_nothing_found_is_said_in_words_that_cannot_run(alice, at):
    html = find(at(alice), q="<script>alert(1)</script>")
    assert "No chats or messages match “" in html
    assert "<script" not in html


def test_before_anything_is_typed_there_are_the_newest_chats(alice, at):
    answered(alice, "An old one")
    answered(alice, "A new one")
    for html in (find(at(alice)), at(alice).get(reverse("chat:palette")).content.decode()):
        assert 0 < html.index("A new one") < html.index("An old one")


def test_more_is_more_of_one_list(alice, at):
    for n in range(25):
        answered(alice, f"Quokka {n}", "Yes.")
    index.everything()
    html = find(at(alice), q="quokka")
    cursor = html.split('data-more="messages" data-after="')[1].split('"')[0]
    more = find(at(alice), q="quokka", messages=cursor)
    assert (html.count("palette-hit"), more.count("palette-hit")) == (20, 5)
    assert 'data-list="titles"' in html
    assert 'data-list="titles"' not in more


def test_the_page_of_a_message_has_it_with_some_before_and_after(long, alice, at):
    conversation, messages = long
    html = at(alice).get(f"/c/{conversation.key}/?m={messages[50].key}").content.decode()
    assert shown(html, messages) == list(range(40, 40 + WINDOW))
    assert f'data-found="{messages[50].key}"' in html
    assert 'id="earlier"' in html
    assert 'id="later"' in html
    more = at(alice).get(f"/c/{conversation.key}/later/", {"after": messages[69].key}).content.decode()
    assert shown(more, messages) == list(range(70, len(messages)))[:WINDOW]
    assert 'id="later"' not in more or len(messages) > 100
    last = at(alice).get(f"/c/{conversation.key}/later/", {"after": messages[-3].key}).content.decode()
    assert shown(last, messages) == [len(messages) - 2, len(messages) - 1]
    assert 'id="later"' not in last


@pytest.mark.parametrize(("place", "earlier", "later"), [(0, False, True), (-1, True, False)])
def test_the_first_and_the_last_message_are_found_in_a_full_page(long, alice, at, place, earlier, later):
    conversation, messages = long
    html = at(alice).get(f"/c/{conversation.key}/?m={messages[place].key}").content.decode()
    assert len(shown(html, messages)) == WINDOW
    assert ('id="earlier"' in html, 'id="later"' in html) == (earlier, later)


def test_a_page_that_ends_before_the_branch_is_brought_up_to_date_no_further(long, alice, at):
    conversation, messages = long
    address = f"/c/{conversation.key}/turns/"
    html = at(alice).get(address, {"have": messages[40].key, "upto": messages[69].key}).content.decode()
    assert shown(html, messages) == list(range(40, 70))
    html = at(alice).get(address, {"have": messages[40].key}).content.decode()
    assert shown(html, messages) == list(range(40, len(messages)))


def test_a_message_on_another_branch_is_shown_on_its_branch(long, alice, at):
    conversation, messages = long
    other = Message.objects.create(conversation=conversation, parent=messages[9], role="user", text="Otherwise?")
    below = Message.objects.create(conversation=conversation, parent=other, role="assistant", text="So.")
    html = at(alice).get(f"/c/{conversation.key}/?m={other.key}").content.decode()
    assert shown(html, [messages[9], messages[10], other, below]) == [0, 2, 3]
    conversation.refresh_from_db()
    assert conversation.leaf == below
    at(alice).get(f"/c/{conversation.key}/?m={messages[10].key}")
    conversation.refresh_from_db()
    assert conversation.leaf == messages[-1]


def test_a_message_of_another_conversation_or_removed_or_of_nobody_shows_the_end(long, alice, at):
    conversation, messages = long
    elsewhere = answered(alice).question
    Message.objects.filter(pk=messages[20].pk).update(deleted_at=conversation.updated)
    for key in (elsewhere.key, messages[20].key, uuid.uuid4(), "rubbish"):
        html = at(alice).get(f"/c/{conversation.key}/?m={key}").content.decode()
        assert shown(html, messages)[-1] == len(messages) - 1
        assert "data-found" not in html


def test_nobody_opens_what_is_somebody_elses_by_a_message_of_it(long, bob, at):
    conversation, messages = long
    other = Message.objects.create(conversation=conversation, parent=messages[9], role="user", text="Otherwise?")
    assert at(bob).get(f"/c/{conversation.key}/?m={other.key}").status_code == 404
    conversation.refresh_from_db()
    assert conversation.leaf == messages[-1]


def test_what_is_shared_is_found_until_it_is_revoked(alice, bob, at):
    told = answered(alice, "Of quokkas", "They smile.")
    answered(alice, "Of wombats", "They dig.")
    index.everything()
    link = share(told.conversation, audience="members", expires_at=None, with_reasoning=False, with_name=False)
    assert "Of <mark>quokkas</mark>" in find(at(alice), q="is:shared quokkas")
    assert "Of wombats" not in find(at(alice), q="is:shared")
    assert "quokkas" not in find(at(bob), q="is:shared smile")
    assert revoke(told.conversation, link.key)
    assert "No chats or messages match" in find(at(alice), q="is:shared")
