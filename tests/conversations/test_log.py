import datetime

import orjson
import pytest
from django.utils import timezone

from chatapp.conversations import log
from chatapp.conversations.claim import lease_end
from chatapp.conversations.log import Ending, Write, commit
from chatapp.conversations.models import Conversation, Event, Message, Reply
from chatapp.conversations.stop import stop

from .stories import ELSEWHERE, HERE, asked, said

END = ("end", {"state": "complete", "finish_reason": "stop", "error": None})


def stored(reply) -> list[tuple[int, str, str]]:
    return list(Event.objects.filter(reply=reply).order_by("seq").values_list("seq", "kind", "data"))


def test_what_several_replies_say_is_stored_in_one_commit(alice, bob):
    one, two = asked(alice), asked(bob)
    writes = [Write(one.reply.pk, said(("text", "A")), {}), Write(two.reply.pk, said(("text", "B")), {})]
    committed = commit(HERE, [one.reply.pk, two.reply.pk], writes, None)
    assert (committed.lost, committed.stops) == (set(), set())
    assert stored(one.reply) == [(1, "text", '"A"')]
    assert stored(two.reply) == [(1, "text", '"B"')]


def test_the_cost_of_a_commit_does_not_grow_with_the_replies(alice, settings, django_assert_max_num_queries):
    settings.MAX_RUNNING_PER_MEMBER = 50
    told = [asked(alice, f"{n}") for n in range(20)]
    writes = [Write(t.reply.pk, said(("text", "A"), ("text", "B")), {}) for t in told]
    with django_assert_max_num_queries(6):
        commit(HERE, [t.reply.pk for t in told], writes, lease_end())
    assert Event.objects.count() == 40


def test_a_writer_that_lost_its_reply_writes_nothing_at_all(alice):
    told = asked(alice)
    Reply.objects.update(owner=ELSEWHERE)
    before = Reply.objects.values().get()
    write = Write(
        told.reply.pk, said(("text", "Mine!"), END), {"path": "/x"}, Ending("complete", "Mine!", "", "stop")
    )
    committed = commit(HERE, [told.reply.pk], [write], lease_end())
    assert committed.lost == {told.reply.pk}
    assert stored(told.reply) == []
    assert Reply.objects.values().get() == before
    assert Message.objects.get(pk=told.reply.message_id).text == ""


def test_a_reply_that_has_ended_takes_no_more(alice):
    told = asked(alice)
    end = Write(told.reply.pk, said(("text", "All."), END), {}, Ending("complete", "All.", "", "stop"))
    commit(HERE, [told.reply.pk], [end], None)
    assert commit(HERE, [], [Write(told.reply.pk, said(("text", "More"), start=3), {})], None).lost == {
        told.reply.pk
    }
    assert len(stored(told.reply)) == 2


def test_one_lost_reply_does_not_hold_up_the_others(alice, bob):
    mine, lost = asked(alice), asked(bob)
    Reply.objects.filter(pk=lost.reply.pk).update(owner=ELSEWHERE)
    writes = [Write(t.reply.pk, said(("text", "A")), {}) for t in (lost, mine)]
    assert commit(HERE, [], writes, None).lost == {lost.reply.pk}
    assert len(stored(mine.reply)) == 1


def test_a_commit_repeated_after_an_unknown_outcome_is_harmless(alice):
    told = asked(alice)
    write = Write(told.reply.pk, said(("text", "A"), ("text", "B")), {"attempts": 1})
    for _ in range(3):
        assert commit(HERE, [told.reply.pk], [write], lease_end()).lost == set()
    assert stored(told.reply) == [(1, "text", '"A"'), (2, "text", '"B"')]


def test_an_end_repeated_after_an_unknown_outcome_is_harmless(alice):
    told = asked(alice)
    end = Write(told.reply.pk, said(("text", "All."), END), {}, Ending("complete", "All.", "", "stop"))
    commit(HERE, [told.reply.pk], [end], None)
    before = Reply.objects.values().get(), Conversation.objects.values().get()
    assert commit(HERE, [told.reply.pk], [end], None).lost == {told.reply.pk}
    assert (Reply.objects.values().get(), Conversation.objects.values().get()) == before


def test_the_end_folds_the_text_into_the_message_and_tells_the_conversation(alice):
    told = asked(alice)
    version = Conversation.objects.get().version
    ending = Ending("complete", "All.", "Hm.", "stop", usage={"prompt_tokens": 7, "cost": 0.5})
    commit(HERE, [], [Write(told.reply.pk, said(("text", "All."), END), {"model": "m"}, ending)], None)
    reply, conversation = Reply.objects.get(), Conversation.objects.get()
    assert (reply.state, reply.finish_reason, reply.last_seq) == ("complete", "stop", 2)
    assert (reply.prompt_tokens, reply.cost, reply.model) == (7, 0.5, "m")
    assert (reply.lease_until, reply.error) == (None, None)
    assert (reply.message.text, reply.message.reasoning) == ("All.", "Hm.")
    assert conversation.version > version
    assert conversation.answered_at == conversation.updated == reply.ended_at


def test_leases_are_renewed_for_all_that_run_whether_or_not_they_speak(alice, bob):
    one, two = asked(alice), asked(bob)
    until = lease_end() + datetime.timedelta(seconds=60)
    commit(HERE, [one.reply.pk, two.reply.pk], [], until)
    assert set(Reply.objects.values_list("lease_until", flat=True)) == {until}


def test_stop_requests_deletion_and_deactivation_are_read_with_the_commit(alice, bob, rita, ada):
    told = [asked(user) for user in (alice, bob, rita, ada)]
    ids = [t.reply.pk for t in told]
    assert commit(HERE, ids, [], None).stops == set()
    stop(told[0].reply)
    Conversation.objects.filter(pk=told[1].conversation.pk).update(deleted_at=timezone.now())
    rita.is_active = False
    rita.save()
    assert commit(HERE, ids, [], None).stops == set(ids[:3])


def test_nothing_to_say_is_nothing_to_do(db):
    committed = log.commit(HERE, [], [], None)
    assert (committed.lost, committed.stops) == (set(), set())


@pytest.mark.parametrize("text", ["🙂", "e\u0301", "\u2028", "]]>", '"\\', "a" * 100_000])
def test_any_text_comes_back_as_it_was(alice, text):
    told = asked(alice)
    commit(HERE, [], [Write(told.reply.pk, said(("text", text)), {})], None)
    assert orjson.loads(stored(told.reply)[0][2]) == text


def test_columns_of_every_kind_come_back_as_they_were(alice):
    told = asked(alice)
    columns = {
        "sent": {"messages": [{"role": "user", "content": "ö"}]}, "left_out": ["a"], "origins": {}, "attempts": 2,
        "first_token_at": timezone.now(), "request_id": "ray", "path": "/run",
    }  # fmt: skip
    commit(HERE, [], [Write(told.reply.pk, said(("text", "A")), columns)], None)
    assert Reply.objects.values(*columns).get() == columns
