"""Following what other processes write."""

import pytest

from chatapp.conversations import log, tail
from chatapp.conversations.models import Conversation, Reply
from chatapp.conversations.tail import Tails

from .stories import HERE, answered, asked, ended, said


def write(told, *parts, start: int = 1) -> None:
    log.commit(HERE, [], [log.Write(told.reply.pk, said(*parts, start=start), {})], None)


def seqs(found) -> dict[int, list[int]]:
    return {grown.conversation_id: [seq for seq, _, _ in grown.events] for grown in found.grown}


def test_the_events_after_a_number_in_order_and_no_more_than_asked_for(alice):
    told = asked(alice)
    write(told, *[("text", f"{n}") for n in range(10)])
    assert [seq for seq, _, _ in tail.after(told.reply, 7)] == [8, 9, 10]
    assert [seq for seq, _, _ in tail.after(told.reply, 0, most=3)] == [1, 2, 3]
    assert tail.after(told.reply, 10) == []


def test_what_runs_in_a_conversation_with_how_far_it_is(alice):
    told = asked(alice)
    waiting = asked(alice, "Next", conversation=told.conversation)
    write(told, ("text", "a"), ("text", "b"))
    assert tail.running_in(told.conversation) == [
        {"r": str(told.reply.key), "m": str(told.reply.message.key), "seq": 2},
        {"r": str(waiting.reply.key), "m": str(waiting.reply.message.key), "seq": 0},
    ]
    assert tail.running_in(answered(alice).conversation) == []


def test_each_look_finds_what_is_new_since_the_last(alice):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    write(told, ("text", "a"), ("text", "b"))
    assert seqs(tails.read(watched, set())) == {told.conversation.pk: [1, 2]}
    assert seqs(tails.read(watched, set())) == {}
    write(told, ("text", "c"), start=3)
    assert seqs(tails.read(watched, set())) == {told.conversation.pk: [3]}


def test_the_end_is_found_though_the_reply_runs_no_more(alice):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    tails.read(watched, set())
    ended(told.reply)
    found = tails.read(watched, set())
    assert seqs(found) == {told.conversation.pk: [1, 2]}
    assert found.grown[0].events[-1][1] == "end"
    assert seqs(tails.read(watched, set())) == {}


def test_what_runs_here_is_not_read_back(alice):
    told, tails = asked(alice), Tails()
    write(told, ("text", "a"))
    assert seqs(tails.read([told.conversation.pk], {told.reply.pk})) == {}


def test_what_nobody_watches_is_not_read(alice, bob):
    told, other, tails = asked(alice), asked(bob), Tails()
    write(told, ("text", "a"))
    write(other, ("text", "b"))
    assert seqs(tails.read([told.conversation.pk], set())) == {told.conversation.pk: [1]}


def test_a_branch_that_changed_is_told_once(alice):
    told, tails = answered(alice), Tails()
    watched = [told.conversation.pk]
    assert tails.read(watched, set()).changed == []
    asked(alice, "More", conversation=told.conversation)
    assert [pk for pk, _, _ in tails.read(watched, set()).changed] == watched
    assert tails.read(watched, set()).changed == []


def test_a_conversation_that_is_deleted_meanwhile_is_told_as_changed(alice):
    told, tails = answered(alice), Tails()
    tails.read([told.conversation.pk], set())
    Conversation.objects.update(version=99, deleted_at=told.conversation.updated)
    assert len(tails.read([told.conversation.pk], set()).changed) == 1


@pytest.mark.parametrize("streams", [1, 30])
def test_a_look_costs_the_same_for_any_number_of_streams(alice, settings, django_assert_max_num_queries, streams):
    settings.MAX_RUNNING_PER_MEMBER = 100
    told = [asked(alice, f"{n}") for n in range(streams)]
    for one in told:
        write(one, ("text", "a"))
    tails = Tails()
    with django_assert_max_num_queries(4):
        found = tails.read([t.conversation.pk for t in told], set())
    assert len(found.grown) == streams


def test_of_what_has_ended_and_of_what_is_no_longer_watched_nothing_is_kept(alice):
    one, two, tails = asked(alice), asked(alice), Tails()
    tails.read([one.conversation.pk, two.conversation.pk], set())
    ended(one.reply)
    Reply.objects.filter(pk=two.reply.pk).update(state="failed")
    tails.read([one.conversation.pk], set())
    tails.read([], set())
    assert (tails._seqs, tails._versions) == ({}, {})


# ── after a ring: only what was rung for ─────────────────────────────────────────────────────


def test_what_was_rung_for_is_read_in_one_query(alice, django_assert_num_queries):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    tails.read(watched, set())
    write(told, ("text", "a"), ("text", "b"))
    with django_assert_num_queries(1):
        found = tails.read(watched, set(), {told.reply.pk}, False)
    assert seqs(found) == {told.conversation.pk: [1, 2]}
    assert found.grown[0].reply_key == told.reply.key
    write(told, ("text", "c"), start=3)
    assert seqs(tails.read(watched, set(), {told.reply.pk}, False)) == {told.conversation.pk: [3]}
    assert seqs(tails.read(watched, set())) == {}


def test_a_ring_for_a_reply_not_met_before_looks_at_everything(alice):
    first, tails = asked(alice), Tails()
    tails.read([first.conversation.pk], set())
    second = asked(alice)
    watched = [first.conversation.pk, second.conversation.pk]
    write(second, ("text", "a"))
    assert seqs(tails.read(watched, set(), {second.reply.pk}, False)) == {second.conversation.pk: [1]}
    again = answered(alice)
    tails.read([again.conversation.pk], set())
    next_one = asked(alice, "More", conversation=again.conversation)
    write(next_one, ("text", "b"))
    assert seqs(tails.read([again.conversation.pk], set(), {next_one.reply.pk}, False)) == {
        again.conversation.pk: [1]
    }


def test_the_end_is_found_by_a_ring_and_the_reply_is_forgotten(alice, django_assert_num_queries):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    tails.read(watched, set())
    ended(told.reply)
    found = tails.read(watched, set(), {told.reply.pk}, False)
    assert found.grown[0].events[-1][1] == "end"
    assert tails._seqs == {}
    with django_assert_num_queries(0):
        assert tails.read(watched, set(), {told.reply.pk}, False).grown == []


def test_rings_for_what_nobody_watches_here_cost_nothing_after_the_first(alice, bob, django_assert_num_queries):
    told, other, tails = asked(alice), asked(bob), Tails()
    watched = [told.conversation.pk]
    write(other, ("text", "b"))
    assert seqs(tails.read(watched, set(), {other.reply.pk}, False)) == {}
    with django_assert_num_queries(0):
        assert seqs(tails.read(watched, set(), {other.reply.pk}, False)) == {}
    assert seqs(tails.read([other.conversation.pk], set(), {other.reply.pk}, False)) == {
        other.conversation.pk: [1]
    }


def test_a_reply_that_runs_here_by_now_is_not_read_back_after_a_ring(alice):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    tails.read(watched, set())
    write(told, ("text", "a"))
    assert seqs(tails.read(watched, {told.reply.pk}, {told.reply.pk}, False)) == {}


def test_what_was_not_rung_for_is_found_by_the_next_thorough_look(alice):
    told, tails = asked(alice), Tails()
    watched = [told.conversation.pk]
    tails.read(watched, set())
    write(told, ("text", "a"))
    assert seqs(tails.read(watched, set(), set(), False)) == {}
    assert seqs(tails.read(watched, set(), {told.reply.pk})) == {told.conversation.pk: [1]}
