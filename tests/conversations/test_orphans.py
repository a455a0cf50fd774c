import datetime

import orjson
import pytest
from django.utils import timezone

from chatapp.conversations import claim, log, orphans
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Event, Message, Reply
from tests.accounts.together import at_once

from .stories import HERE, abandon, answered, asked, said


def half_written(told) -> Reply:
    events = said(("reasoning", "Hm. "), ("text", "Those "), ("text", "divis"))
    log.commit(HERE, [], [log.Write(told.reply.pk, events, {})], None)
    abandon(told.reply)
    return told.reply


def test_a_reply_whose_process_is_gone_ends_as_interrupted_with_all_that_was_written(alice):
    told = asked(alice)
    reply = half_written(told)
    assert [r.reply_id for r in orphans.reap()] == [reply.pk]
    reply = Reply.objects.get()
    assert (reply.state, reply.error["code"], reply.last_seq) == ("interrupted", "lost_process", 4)
    assert reply.ended_at is not None
    assert reply.lease_until is None
    message = Message.objects.get(pk=reply.message_id)
    assert (message.text, message.reasoning) == ("Those divis", "Hm. ")
    last = Event.objects.order_by("seq").last()
    assert (last.seq, last.kind) == (4, "end")
    assert orjson.loads(last.data)["state"] == "interrupted"
    assert orjson.loads(last.data)["error"]["sentence"] == orphans.LOST


def test_it_is_reaped_once(alice):
    half_written(asked(alice))
    orphans.reap()
    assert orphans.reap() == []
    assert Event.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_reapers_at_once_reap_it_once(alice):
    half_written(asked(alice))
    results = at_once(*[orphans.reap] * 6)
    assert sorted(len(result) for result in results) == [0] * 5 + [1]
    assert Event.objects.filter(kind="end").count() == 1
    assert Message.objects.get(role="assistant").text == "Those divis"


def test_a_reply_with_a_lease_is_left_alone(alice):
    told = asked(alice)
    assert orphans.reap() == []
    assert Reply.objects.get(pk=told.reply.pk).state == "running"


def test_a_writer_that_wakes_up_writes_nothing_more(alice):
    reply = half_written(asked(alice))
    orphans.reap()
    late = log.Write(reply.pk, said(("text", "ible"), start=4), {})
    assert log.commit(HERE, [reply.pk], [late], claim.lease_end()).lost == {reply.pk}
    assert Event.objects.count() == 4
    assert Reply.objects.get().lease_until is None


def test_nothing_written_is_interrupted_too(alice):
    told = asked(alice)
    abandon(told.reply)
    orphans.reap()
    assert Reply.objects.get().state == "interrupted"
    assert Event.objects.get().seq == 1


def test_a_continued_answer_keeps_what_it_had_and_what_was_added(alice):
    told = answered(alice, answer="Those ", state="stopped", finish_reason="")
    reply = continue_answer(told.reply.message, claimant=HERE)
    log.commit(HERE, [], [log.Write(reply.pk, said(("text", "divis")), {})], None)
    abandon(reply)
    orphans.reap()
    assert Message.objects.get(pk=reply.message_id).text == "Those divis"


def test_the_next_question_can_run_then(alice):
    told = asked(alice)
    waiting = asked(alice, "Next", conversation=told.conversation)
    half_written(told)
    assert claim.claim_waiting(HERE, 5) == []
    orphans.reap()
    assert claim.claim_waiting(HERE, 5) == [waiting.reply.pk]


def test_the_promise_of_fifteen_seconds_follows_from_the_numbers():
    from chatapp.chat.carrier import REAP_SECONDS

    assert claim.LEASE_SECONDS + REAP_SECONDS < 15
    assert claim.RENEW_SECONDS * 2 < claim.LEASE_SECONDS, "one renewal may fail"


def test_logs_are_forgotten_a_day_after_the_end_and_the_text_stays(alice):
    old, new, running = answered(alice), answered(alice), asked(alice)
    log.commit(HERE, [], [log.Write(running.reply.pk, said(("text", "So far")), {})], None)
    long_ago = timezone.now() - orphans.KEEP_EVENTS - datetime.timedelta(minutes=1)
    Reply.objects.filter(pk=old.reply.pk).update(ended_at=long_ago)
    assert orphans.forget_old_events() == 1
    assert set(Event.objects.values_list("reply_id", flat=True)) == {new.reply.pk, running.reply.pk}
    assert Message.objects.get(pk=old.reply.message_id).text == "Those divisible by four."
    assert orphans.forget_old_events() == 0
