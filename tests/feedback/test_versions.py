"""What a version did: counted of the answers it wrote, with how sure one can be."""

import datetime

import pytest
from django.utils import timezone

from chatapp.conversations.models import Reply
from chatapp.feedback import versions
from chatapp.feedback.models import Signal
from chatapp.feedback.rate import rate
from chatapp.feedback.versions import Share
from tests.conversations.stories import answered
from tests.prompts.writing import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def stands(eddi):
    return published(eddi).versions.get()


def test_answers_thumbs_and_signals_are_counted_for_the_version_that_wrote_them(alice, bob, stands):
    mine = {"prompt_version": stands.pk, "cost": 0.5, "prompt_tokens": 10, "completion_tokens": 4}
    good = answered(alice, **mine)
    bad = answered(bob, **mine)
    answered(alice, "Nothing", "", **mine)
    answered(bob, "Cut", "So far", finish_reason="length", **mine)
    answered(alice, "Stopped", "So", state="stopped", **mine)
    answered(alice, "Of no version")
    rate(alice, good.reply.message, "up")
    rate(bob, bad.reply.message, "down")
    Signal.objects.create(message=bad.reply.message, reply=bad.reply, kind="regenerate")
    Signal.objects.create(message=bad.reply.message, reply=bad.reply, kind="regenerate")
    Signal.objects.create(message=good.question, kind="edit")
    [found] = versions.figures([stands])
    assert (found.answers, found.conversations, found.cost) == (5, 5, 2.5)
    assert (found.tokens_in, found.tokens_out, found.cost_each) == (10, 4, 0.5)
    assert found.thumbs_up == Share(1, 2)
    counts = (found.regenerated, found.edited, found.stopped, found.empty, found.cut, found.failed)
    assert counts == (Share(1, 5), Share(1, 5), Share(1, 5), Share(1, 5), Share(1, 5), Share(0, 5))
    assert sum(found.days.values()) == 5


def test_a_period_counts_what_was_asked_in_it(alice, stands):
    told = answered(alice, prompt_version=stands.pk)
    now = timezone.now()
    Reply.objects.filter(pk=told.reply.pk).update(created=now - datetime.timedelta(days=10))
    week = now - datetime.timedelta(days=7)
    assert versions.figures([stands], since=week)[0].answers == 0
    assert versions.figures([stands], until=week)[0].answers == 1


def test_the_wait_is_the_median(alice, stands):
    now = timezone.now()
    for seconds in (1, 2, 9):
        answered(
            alice,
            prompt_version=stands.pk,
            started_at=now,
            first_token_at=now + datetime.timedelta(seconds=seconds),
        )
    assert versions.figures([stands])[0].first_token == 2


def test_without_answers_nothing_is_said(stands):
    [found] = versions.figures([stands])
    assert (found.answers, found.cost_each, found.first_token) == (0, None, None)
    assert found.thumbs_up.interval == (0.0, 1.0)


def test_the_interval_is_wilsons():
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert Share(0, 10).interval[0] == 0
    assert round(Share(10, 10).interval[1], 9) == 1


def test_few_are_said_to_be_few_and_small_differences_to_be_none():
    assert Share(3, 4).are_few
    assert not Share(30, 40).are_few
    assert not Share(30, 40).differs_from(Share(26, 40))
    assert Share(38, 40).differs_from(Share(20, 40))
