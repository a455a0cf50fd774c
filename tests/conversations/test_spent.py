"""What was spent stands in the daily sums exactly once, whatever becomes of the conversation."""

import datetime
import threading
import time
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from chatapp.conversations import log, orphans, spent
from chatapp.conversations.compacting.write import _count
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Conversation, Reply, Summary
from chatapp.conversations.ordering import erase
from chatapp.conversations.retry import retry
from chatapp.conversations.stop import stop
from chatapp.usage import ledger
from chatapp.usage.models import DailyUsage
from chatapp.workersai.events import Completion, Usage
from tests.accounts.together import at_once, waiting
from tests.prompts.writing import published

from .stories import ELSEWHERE, HERE, abandon, answered, asked, deleted, ended, said

pytestmark = pytest.mark.django_db
TOKENS = {"prompt_tokens": 100, "completion_tokens": 20, "cached_tokens": 5, "neurons": 0.5, "cost": 0.25}


def of_replies() -> dict:
    ran = Reply.objects.filter(ended_at__isnull=False, started_at__isnull=False)
    return ran.aggregate(calls=Count("pk"), **{name: Sum(name, default=0) for name in TOKENS})


def of_usage(**which) -> dict:
    names = ("calls", *TOKENS)
    return DailyUsage.objects.filter(**which).aggregate(**{name: Sum(name, default=0) for name in names})


def endings() -> dict[str, int]:
    return dict(DailyUsage.objects.values_list("ending").annotate(n=Sum("calls")))


def rows() -> list[tuple]:
    return sorted(DailyUsage.objects.values_list(*ledger.KEY, *ledger.AMOUNTS))


def life(alice, bob, eddi) -> None:
    """Answers of all kinds: tried again, gone on with, stopped, cut, empty, failed, lost, by a prompt, of two."""
    told = answered(alice, **TOKENS)
    ended(retry(told.question, "retry", claimant=HERE), "Every fourth.", **TOKENS)
    cut = answered(alice, "Long?", "So long", finish_reason="length", **TOKENS)
    ended(continue_answer(cut.reply.message, claimant=HERE), " and longer.", **TOKENS)
    answered(bob, "Stop?", "St", state="stopped", finish_reason="", prompt_tokens=50)
    answered(bob, "Empty?", " \n", reasoning="Hm.", **TOKENS)
    answered(bob, "Bad?", "Sorry", finish_reason="content_filter", **TOKENS)
    answered(bob, "Busy?", "", state="failed", finish_reason="", error={"code": "rate_limited", "sentence": "No."})
    abandon(asked(bob, "Lost?").reply)
    orphans.reap()
    version = published(eddi).versions.get()
    answered(alice, "By a prompt?", prompt_version=version.pk, **TOKENS)


def test_the_sums_are_those_of_the_replies(alice, bob, eddi):
    life(alice, bob, eddi)
    assert of_usage() == of_replies()
    assert of_usage()["calls"] == 10
    assert endings() == {
        "complete": 4, "cut": 1, "stopped": 1, "empty": 1, "filtered": 1, "rate_limited": 1, "lost_process": 1,
    }  # fmt: skip
    assert of_usage(member=alice.pk)["calls"] == 5
    assert of_usage(version__gt=0)["calls"] == 1


def test_what_was_spent_before_there_were_sums_is_added_up_alike(alice, bob, eddi):
    life(alice, bob, eddi)
    live = rows()
    DailyUsage.objects.all().delete()
    import_module("chatapp.usage.migrations.0002_what_was_spent_before").add_what_was_spent(apps, None)
    assert rows() == live


@pytest.mark.parametrize("gone", ["deleted", "erased"])
def test_a_chat_that_is_gone_stays_counted(alice, bob, eddi, gone):
    life(alice, bob, eddi)
    before = rows()
    for conversation in Conversation.objects.filter(owner=alice):
        deleted(alice, conversation.key)
    if gone == "erased":
        Conversation.objects.update(deleted_at=timezone.now() - datetime.timedelta(days=4000))
        while erase.erase_some():
            pass
        assert not Conversation.objects.exists()
    assert rows() == before


def test_an_end_that_is_written_again_is_counted_once(alice):
    told = asked(alice)
    events = said(("text", "All."), ("end", {"state": "complete", "finish_reason": "stop", "error": None}))
    write = log.Write(told.reply.pk, events, {}, log.Ending("complete", "All.", "", "stop", usage=TOKENS))
    for _ in range(3):
        log.commit(HERE, [told.reply.pk], [write], None)
    abandon(told.reply)
    orphans.reap()
    assert of_usage() == {"calls": 1, **TOKENS}


def test_a_reply_that_was_lost_is_counted_by_who_ended_it(alice):
    told = asked(alice)
    events = said(("text", "All."), ("end", {"state": "complete", "finish_reason": "stop", "error": None}))
    late = log.Write(told.reply.pk, events, {}, log.Ending("complete", "All.", "", "stop", usage=TOKENS))
    abandon(told.reply)
    orphans.reap()
    assert log.commit(HERE, [told.reply.pk], [late], None).lost == {told.reply.pk}
    assert endings() == {"lost_process": 1}


def test_what_never_ran_is_not_counted(alice):
    first = asked(alice)
    waiting = asked(alice, "And then?", conversation=first.conversation)
    assert waiting.reply.state == "queued"
    stop(waiting.reply)
    assert not DailyUsage.objects.exists()


def test_what_is_told_in_one_commit_is_counted_for_each(alice, bob):
    told = [asked(who, f"{n}") for n in range(3) for who in (alice, bob)]
    end = ("end", {"state": "complete", "finish_reason": "stop", "error": None})
    writes = [
        log.Write(t.reply.pk, said(("text", "A"), end), {}, log.Ending("complete", "A", "", "stop", usage=TOKENS))
        for t in told
    ]
    log.commit(HERE, [t.reply.pk for t in told], writes, None)
    assert of_usage(member=alice.pk)["calls"] == of_usage(member=bob.pk)["calls"] == 3


def test_the_day_is_the_teams(alice, settings):
    settings.TEAM_TIME_ZONE = "Pacific/Kiritimati"  # 14 hours before UTC
    late = datetime.datetime(2026, 3, 1, 11, 0, tzinfo=datetime.UTC)
    assert ledger.day_of(late) == datetime.date(2026, 3, 2)
    told = answered(alice)
    assert DailyUsage.objects.get().day == ledger.day_of(told.reply.ended_at)


def test_each_call_for_a_summary_is_counted(alice):
    told = answered(alice)
    summary = Summary.objects.create(conversation=told.conversation, upto=told.reply.message)
    for _ in range(2):
        _count(summary.pk, Completion("Short.", "", (), Usage(100, 20, 120, None, 1.5), "stop", {}))
    summary.refresh_from_db()
    row = DailyUsage.objects.get(ending="summary")
    assert (row.member, row.calls, row.neurons) == (alice.pk, 2, 3.0)
    assert (row.prompt_tokens, row.completion_tokens) == (summary.prompt_tokens, summary.completion_tokens)
    assert row.cost == pytest.approx(summary.cost)


@pytest.mark.parametrize(
    ("state", "reason", "code", "empty", "ending"),
    [
        ("complete", "stop", "", False, "complete"),
        ("complete", "length", "", False, "cut"),
        ("complete", "length", "", True, "empty"),
        ("complete", "stop", "", True, "empty"),
        ("complete", "content_filter", "", True, "filtered"),
        ("stopped", "", "", True, "stopped"),
        ("failed", "", "daily_quota", True, "daily_quota"),
        ("interrupted", "", "", False, "error"),
        ("failed", "", "x" * 100, False, "x" * 40),
    ],
)
def test_each_end_has_one_word(state, reason, code, empty, ending):
    assert spent.ending_of(state, reason, code, empty) == ending


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_count_for_the_same_member_at_once_lose_and_double_nothing(alice, bob, settings):
    settings.MAX_RUNNING_PER_MEMBER = 100
    end = ("end", {"state": "complete", "finish_reason": "stop", "error": None})

    def work(by, told):
        def run():
            for one in told:
                # Two members in each commit, in turned order: who took the sums in the order of the writes would
                # wait for the other for ever.
                writes = [
                    log.Write(
                        t.reply.pk,
                        said(("text", "A"), end),
                        {},
                        log.Ending("complete", "A", "", "stop", usage=TOKENS),
                    )
                    for t in (one if by == HERE else reversed(one))
                ]
                assert not log.commit(by, [], writes, None).lost
            return len(told)

        return run

    works = []
    for by in (HERE, ELSEWHERE):
        told = [(asked(alice, f"{by} {n}", by=by), asked(bob, f"{by} {n}", by=by)) for n in range(10)]
        works.append(work(by, told))
    assert at_once(*works) == [10, 10]
    assert of_usage() == pytest.approx(of_replies())
    assert of_usage(member=bob.pk)["calls"] == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_waits_for_a_sum_holds_none_that_the_other_still_wants(alice, bob):
    low, high = sorted((alice.pk, bob.pk))
    day = datetime.date(2026, 5, 20)
    ledger.add([ledger.Spent(day, low, 0, "complete"), ledger.Spent(day, high, 0, "complete")])

    def other() -> None:
        with transaction.atomic():
            ledger.add([ledger.Spent(day, high, 0, "complete"), ledger.Spent(day, low, 0, "complete")])
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.add([ledger.Spent(day, low, 0, "complete")])
        thread.start()
        deadline = time.monotonic() + 20
        while not waiting(cursor):
            assert time.monotonic() < deadline, "the other does not wait"
            time.sleep(0.01)
        ledger.add([ledger.Spent(day, high, 0, "complete")])
    thread.join(30)
    assert of_usage(member=low)["calls"] == of_usage(member=high)["calls"] == 3


def test_the_end_of_an_answer_costs_two_statements_more_however_many_end(alice, bob, django_assert_num_queries):
    told = [asked(who, f"{n}") for n in range(3) for who in (alice, bob)]
    Reply.objects.update(state="complete", ended_at=timezone.now())
    with django_assert_num_queries(2):
        spent.count([t.reply.pk for t in told], timezone.now())
