"""The demonstration: believable, the same for the same seed, and never among real people by mistake."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chatapp.accounts.access import may_export, review_scope
from chatapp.accounts.models import Role, User
from chatapp.audit.verify import verify
from chatapp.conversations.finding import index
from chatapp.conversations.finding.search import search
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.receipt import rebuild
from chatapp.feedback.models import Rating, Signal

pytestmark = pytest.mark.django_db


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **{"size": 1500, "days": 30} | options)
    return out.getvalue()


def test_a_team_with_all_roles_and_months_of_conversations(client):
    told = demo()
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert 1200 < Message.objects.count() < 1800
    assert set(Reply.objects.values_list("state", flat=True)) == {"complete", "stopped", "interrupted", "failed"}
    assert Reply.objects.filter(finish_reason="length").exists()
    assert Reply.objects.filter(way="retry").exists()
    assert set(Rating.objects.values_list("thumb", flat=True)) == {"up", "down"}
    assert set(Signal.objects.values_list("kind", flat=True)) == {"regenerate", "stop", "edit", "copy"}
    days = set(Conversation.objects.values_list("created__date", flat=True))
    assert len(days) > 15
    assert verify().broken is None
    address, password = told.splitlines()[-12].split()[:2]
    assert (
        client.login(email=address, password=password)
        or client.post("/accounts/login/", {"login": address, "password": password}).status_code == 302
    )


def test_every_conversation_hangs_together():
    demo(size=600)
    for conversation in Conversation.objects.select_related("leaf"):
        assert conversation.leaf.conversation_id == conversation.pk
        assert conversation.created < conversation.updated
    for message in Message.objects.select_related("parent"):
        if message.parent is not None:
            assert message.parent.conversation_id == message.conversation_id
            assert message.parent.role != message.role
            assert message.parent.created <= message.created
    for reply in Reply.objects.select_related("message"):
        assert reply.message.role == "assistant"
        assert reply.created < reply.started_at < reply.ended_at
        assert rebuild(reply)[1]


def test_what_was_said_is_found_and_nothing_is_left_to_index():
    demo(size=600)
    assert index.some() == 0
    message = Message.objects.filter(role="user", conversation__deleted_at=None).first()
    owner = message.conversation.owner
    found = search(owner, " ".join(message.text.split()[:3]))
    assert found.messages or found.titles


def test_the_reviewer_has_a_scope_and_may_export_some():
    demo(size=100)
    rita = User.objects.get(role=Role.REVIEWER)
    assert len(review_scope(rita)) == User.objects.count()
    assert may_export(rita)


def test_the_same_seed_tells_the_same_story_and_another_another():
    from django.db import transaction

    told = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            demo(size=300, seed=seed)
            told.append(list(Message.objects.order_by("pk").values_list("key", "text")))
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_it_is_not_put_among_real_people_by_mistake(alice):
    with pytest.raises(CommandError, match="There are people"):
        demo()
    assert list(User.objects.all()) == [alice]
    demo(size=100, force=True)
    assert User.objects.count() == 13


def test_it_is_not_told_twice():
    demo(size=100)
    with pytest.raises(CommandError, match="already"):
        demo(size=100, force=True)


@pytest.mark.parametrize("wrong", [{"size": 99}, {"size": 1_000_001}, {"days": 1}])
def test_sizes_out_of_reach_are_refused(wrong):
    with pytest.raises(CommandError, match="--size"):
        demo(**wrong)
    assert not User.objects.exists()
