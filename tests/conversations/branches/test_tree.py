"""The tree as it is drawn: stretches between forks."""

import pytest

from chatapp.conversations.branches.name import LONGEST, name_branch
from chatapp.conversations.branches.tree import tree
from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch
from tests.conversations.stories import HERE, answered, asked, ended

pytestmark = pytest.mark.django_db


def again(told, text="Another one."):
    """A sibling of the answer, ended."""
    reply = retry(told.reply.message, "retry", claimant=HERE)
    ended(reply, text)
    return reply.message


def words(stretch):
    return [stop.words for stop in stretch.stops]


def test_a_chat_without_a_fork_is_one_stretch(alice):
    told = answered(alice, "One?", "Uno.")
    for n in range(4):
        told = answered(alice, f"More {n}?", f"Yes {n}.", conversation=told.conversation)
    found = tree(told.conversation)
    [root] = found.roots
    assert (found.messages, found.branches, root.count, root.children) == (10, 1, 10, [])
    assert (words(root), root.more) == (["One?", "More 0?", "More 1?"], 2)
    assert root.end == told.reply.message.key
    assert root.is_shown


def test_a_second_answer_is_a_fork_and_the_shown_one_is_marked(alice):
    told = answered(alice, "One?", "Uno.")
    second = again(told)
    told.conversation.refresh_from_db()
    answered(alice, "And then?", "That.", conversation=told.conversation)
    told.conversation.refresh_from_db()
    found = tree(told.conversation)
    [root] = found.roots
    assert (root.count, [words(c) for c in root.children]) == (1, [["Uno."], ["Another one.", "And then?"]])
    assert [child.is_shown for child in root.children] == [False, True]
    assert (root.children[1].key, found.branches) == (second.key, 2)
    show_branch(told.reply.message)
    told.conversation.refresh_from_db()
    assert [c.is_shown for c in tree(told.conversation).roots[0].children] == [True, False]


def test_what_is_being_written_is_marked_and_long_words_are_cut(alice):
    told = asked(alice, "long " * 100)
    [root] = tree(told.conversation).roots
    assert root.is_running
    assert len(words(root)[0]) <= 90
    assert words(root)[0].endswith("…")


def test_removed_messages_are_not_drawn(alice):
    told = answered(alice, "One?", "Uno.")
    second = again(told)
    Message.objects.filter(pk=second.pk).update(deleted_at=told.conversation.created)
    told.conversation.refresh_from_db()
    [root] = tree(told.conversation).roots
    assert (root.count, root.children) == (2, [])


def test_a_very_deep_chat_is_drawn(alice):
    told = answered(alice)
    rows, parent = [], told.reply.message
    for n in range(3000):
        parent = Message(conversation=told.conversation, parent=parent, role="user" if n % 2 == 0 else "assistant",
                         text=str(n))  # fmt: skip
        rows.append(parent)
        if len(rows) == 1:
            parent.save()
        else:
            parent.parent_id = rows[-2].pk
            parent.save()
    told.conversation.leaf = parent
    told.conversation.save()
    [root] = tree(told.conversation).roots
    assert (root.count, root.end) == (3002, parent.key)


def test_a_name_is_trimmed_can_be_taken_away_and_may_not_be_too_long(alice):
    told = answered(alice)
    name_branch(told.question, "  My   way ")
    told.question.refresh_from_db()
    assert told.question.name == "My way"
    with pytest.raises(Refused) as refused:
        name_branch(told.question, "x" * (LONGEST + 1))
    assert (refused.value.field, str(LONGEST) in refused.value.sentence) == ("name", True)
    told.question.refresh_from_db()
    assert told.question.name == "My way"
    name_branch(told.question, " ")
    told.question.refresh_from_db()
    assert told.question.name == ""
