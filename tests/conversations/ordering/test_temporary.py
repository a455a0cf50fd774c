"""Chats with an end: in no list, erased for real after their time, unless they are kept."""

import datetime
import uuid

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from chatapp.conversations import drafts, listing
from chatapp.conversations.ask import Asked, ask
from chatapp.conversations.models import Conversation, Event, Message, Reply, Tag
from chatapp.conversations.ordering import erase, steps, temporary
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import NotFound, TooLate
from tests.conversations.stories import HERE, answered, asked, deleted, ended, restored


def begun(owner, text: str = "Between us") -> Asked:
    place = temporary.beginning(owner, temporary=True)
    return ask(owner, uuid.uuid4(), uuid.uuid4(), text, claimant=HERE, place=place)


def lapse() -> None:
    Conversation.objects.filter(expires_at__isnull=False).update(
        expires_at=timezone.now() - datetime.timedelta(seconds=1)
    )


def erase_all() -> None:
    for _ in range(100):
        if not erase.erase_some():
            return
    raise AssertionError("it does not come to an end")


def rows_of_conversations() -> dict[str, int]:
    models = apps.get_app_config("conversations").get_models(include_auto_created=True)
    return {m.__name__: count for m in models if (count := m._default_manager.count())}


def test_it_ends_when_the_setting_says_and_stands_in_no_list(alice, settings):
    settings.TEMPORARY_HOURS = 5
    told = begun(alice)
    hours = (told.conversation.expires_at - timezone.now()).total_seconds() / 3600
    assert 4.99 < hours <= 5
    for shelf in (listing.RECENT, listing.PINNED, listing.ARCHIVED, listing.TRASH):
        assert listing.page(alice, "", shelf)[0] == []
    assert listing.row(alice, told.conversation.key).shelf == "temporary"
    deleted(alice, told.conversation.key)
    assert listing.page(alice, "", listing.TRASH)[0] == []


def test_one_that_was_made_to_hold_settings_becomes_temporary_with_its_first_question(alice):
    held = Conversation.objects.create(owner=alice, updated=timezone.now(), settings={"seed": 7})
    place = temporary.beginning(alice, temporary=True)
    ask(alice, held.key, uuid.uuid4(), "Hm?", place=place)
    held.refresh_from_db()
    assert held.expires_at == place["expires_at"]


def test_a_kept_one_is_a_chat_like_the_others(alice):
    told = begun(alice)
    ended(told.reply)
    temporary.keep(told.conversation)
    with pytest.raises(TooLate, match="kept already"):
        temporary.keep(told.conversation)
    assert [row.id for row in listing.page(alice)[0]] == [told.conversation.key]
    assert erase.end_temporary() == []


def test_one_that_is_kept_while_what_is_over_is_looked_for_stays(alice):
    """The other tab's Keep comes between the look and the mark."""
    kept, over = begun(alice), begun(alice)
    for told in (kept, over):
        ended(told.reply)
    lapse()

    waiting = [kept.conversation]

    def keeping(execute, sql, *more):
        if sql.startswith("UPDATE") and waiting:
            temporary.keep(waiting.pop())
        return execute(sql, *more)

    with connection.execute_wrapper(keeping):
        marked = erase.end_temporary()
    assert [c.pk for c in marked] == [over.conversation.pk]
    erase_all()
    assert list(Conversation.objects.of(alice)) == [kept.conversation]


def test_one_that_is_being_erased_is_not_said_to_be_kept(alice):
    told = begun(alice)
    ended(told.reply)
    lapse()
    erase.end_temporary()
    with pytest.raises(TooLate, match="time is over"):
        temporary.keep(told.conversation)
    erase_all()
    assert not Conversation.objects.exists()


def test_after_its_time_every_row_of_it_is_gone_and_nothing_else(alice):
    other = answered(alice)
    steps.do(alice, [Step("tag", (other.conversation.key,), tag="stays")])
    before = rows_of_conversations()
    told = begun(alice)
    ended(told.reply, reasoning="Hm.")
    asked(alice, "And more", conversation=told.conversation)
    ended(Reply.objects.get(state="running"))
    drafts.keep(alice, told.conversation, "unsent")
    told.conversation.tags.add(Tag.objects.create(owner=alice, name="goes"))
    erase_all()
    assert Conversation.objects.count() == 2, "not before its time"
    lapse()
    assert [c.key for c in erase.end_temporary()] == [told.conversation.key]
    assert not Conversation.objects.of(alice).filter(key=told.conversation.key).exists()
    erase_all()
    assert rows_of_conversations() == before


def test_a_running_answer_ends_first(alice):
    told = begun(alice)
    lapse()
    assert erase.end_temporary() == []
    erase_all()
    assert Message.objects.count() == 2
    ended(told.reply)
    assert len(erase.end_temporary()) == 1
    erase_all()
    assert not Message.objects.exists()


def test_after_its_time_nothing_more_is_asked_in_it(alice):
    told = begun(alice)
    lapse()
    with pytest.raises(NotFound):
        asked(alice, "One more", conversation=told.conversation)
    assert Message.objects.count() == 2


def test_what_was_deleted_long_ago_is_erased_and_what_was_not_stays(alice, settings):
    settings.TRASH_DAYS = 30
    old, young, alive = (answered(alice) for _ in range(3))
    now = timezone.now()
    for told, days in ((old, 31), (young, 29)):
        Conversation.objects.filter(pk=told.conversation.pk).update(deleted_at=now - datetime.timedelta(days=days))
    erase_all()
    assert set(Conversation.objects.values_list("pk", flat=True)) == {young.conversation.pk, alive.conversation.pk}
    assert Message.objects.count() == 4
    assert Event.objects.filter(reply=old.reply).count() == 0


def test_delete_now_takes_it_out_of_the_trash_at_once_and_the_rows_at_the_next_look(alice):
    told = answered(alice)
    steps.do(alice, [Step("delete", (told.conversation.key,))])
    done = steps.do(alice, [Step("erase", (told.conversation.key,))])
    assert done.undo == []
    assert listing.page(alice, "", listing.TRASH)[0] == []
    with pytest.raises(NotFound):
        restored(alice, told.conversation.key)
    erase_all()
    assert rows_of_conversations() == {}


def test_a_long_conversation_goes_piece_by_piece(alice, monkeypatch):
    monkeypatch.setattr(erase, "MESSAGES", 3)
    told = answered(alice)
    last = told.reply.message
    for number in range(10):
        role = Message.Role.ASSISTANT if number % 2 else Message.Role.USER
        last = Message.objects.create(conversation=told.conversation, parent=last, role=role, text="x")
    Conversation.objects.update(leaf=last, deleted_at=timezone.now() - datetime.timedelta(days=400))
    counts = []
    while erase.erase_some():
        counts.append(Message.objects.count())
    assert counts == [12, 9, 6, 3, 0, 0]
    assert rows_of_conversations() == {}
