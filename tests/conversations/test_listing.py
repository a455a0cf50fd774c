import datetime
import uuid

import pytest
from django.utils import timezone

from chatapp.conversations import listing
from chatapp.conversations.models import Conversation

from .stories import answered, asked, deleted


def many(owner, count: int, *, same_time: bool = False) -> list[uuid.UUID]:
    """`count` answered conversations, newest first."""
    now = timezone.now()
    rows = [
        Conversation(owner=owner, title=f"{n}", updated=now if same_time else now - datetime.timedelta(seconds=n))
        for n in range(count)
    ]
    made = Conversation.objects.bulk_create(rows)
    leaf = answered(owner).reply.message
    Conversation.objects.filter(pk__in=[c.pk for c in made]).update(leaf=leaf)
    Conversation.objects.filter(pk=leaf.conversation_id).update(leaf=None)
    return [c.key for c in (reversed(made) if same_time else made)]


def all_pages(owner) -> list[uuid.UUID]:
    found, cursor = [], ""
    while True:
        rows, cursor = listing.page(owner, cursor)
        found += [row.id for row in rows]
        if not cursor:
            return found
        assert len(rows) == listing.PAGE


@pytest.mark.parametrize("same_time", [False, True], ids=["different times", "one time"])
@pytest.mark.parametrize("count", [0, 1, listing.PAGE - 1, listing.PAGE, listing.PAGE + 1, 2 * listing.PAGE + 7])
def test_the_pages_together_are_the_list(alice, count, same_time):
    keys = many(alice, count, same_time=same_time)
    assert all_pages(alice) == keys


def test_a_conversation_that_moves_up_meanwhile_pushes_none_out_of_the_next_page(alice):
    keys = many(alice, 60)
    first, cursor = listing.page(alice)
    Conversation.objects.filter(key=keys[-1]).update(updated=timezone.now())
    second, _ = listing.page(alice, cursor)
    assert [r.id for r in first] + [r.id for r in second] == keys[:-1]


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "=" * 20, "_" * 22, "A" * 4000, "\x00"])
def test_a_broken_cursor_counts_as_none(alice, cursor):
    keys = many(alice, 3)
    assert [row.id for row in listing.page(alice, cursor)[0]] in (keys, [])


def test_others_deleted_ones_and_those_never_asked_are_not_in_it(alice, bob):
    mine = answered(alice)
    answered(bob)
    gone = answered(alice)
    deleted(alice, gone.conversation.key)
    never = Conversation.objects.create(owner=alice, updated=timezone.now())
    assert [row.id for row in listing.page(alice)[0]] == [mine.conversation.key]
    assert listing.row(alice, mine.conversation.key).title == "Which years are leap years?"
    for other in (gone.conversation.key, never.key, uuid.uuid4()):
        assert listing.row(alice, other) is None
    assert listing.row(bob, mine.conversation.key) is None


def test_a_row_says_whether_it_is_being_answered_and_whether_it_is_unread(alice):
    done, running = answered(alice), asked(alice)
    rows = {row.id: row for row in listing.page(alice)[0]}
    assert (rows[done.conversation.key].running, rows[done.conversation.key].unread) == (False, True)
    assert (rows[running.conversation.key].running, rows[running.conversation.key].unread) == (True, False)


def test_a_new_question_brings_its_conversation_to_the_top(alice):
    old, new = answered(alice), answered(alice)
    assert listing.page(alice)[0][0].id == new.conversation.key
    asked(alice, "More", conversation=old.conversation)
    assert listing.page(alice)[0][0].id == old.conversation.key


def test_a_page_costs_one_query(alice, django_assert_num_queries):
    many(alice, 50)
    with django_assert_num_queries(1):
        listing.page(alice)
