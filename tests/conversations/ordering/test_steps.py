"""Many at once: all or none, only one's own, and undone by doing again."""

import datetime
import uuid

import pytest
from django.utils import timezone

from chatapp.conversations import listing
from chatapp.conversations.models import Conversation, Reply, Tag
from chatapp.conversations.ordering import folders, steps, tags
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import NotFound, Refused
from tests.conversations.stories import answered, asked, restored


def chats(owner, count: int) -> list[Conversation]:
    return [answered(owner).conversation for _ in range(count)]


def keys(conversations) -> tuple[uuid.UUID, ...]:
    return tuple(c.key for c in conversations)


def shelf(owner, name: listing.Shelf) -> set[uuid.UUID]:
    return {row.id for row in listing.page(owner, "", name)[0]}


def state() -> list[tuple]:
    rows = Conversation.objects.order_by("id")
    flags = [(c.key, bool(c.pinned_at), bool(c.archived_at), c.folder_id, bool(c.deleted_at)) for c in rows]
    named = sorted(Conversation.objects.exclude(tags=None).values_list("key", "tags__name"))
    return [flags, named]


@pytest.mark.parametrize("deed", ["pin", "archive", "delete", "folder", "tag"])
def test_a_deed_is_undone_by_the_steps_it_gives_and_only_for_those_it_changed(alice, deed):
    three = chats(alice, 3)
    work = folders.create(alice, "Work")
    before_all = folders.create(alice, "Before")
    steps.do(
        alice, [Step("folder", keys(three[:1]), folder=before_all.key), Step("tag", keys(three[:1]), tag="old")]
    )
    steps.do(alice, [Step("pin", keys(three[1:2])), Step("tag", keys(three[1:2]), tag="new")])
    before = state()
    done = steps.do(alice, [Step(deed, keys(three), folder=work.key if deed == "folder" else None, tag="new")])
    assert len(done.changed) == (2 if deed in ("pin", "tag") else 3)
    assert state() != before
    steps.do(alice, done.undo)
    assert state() == before


def test_each_deed_puts_the_row_on_its_shelf(alice):
    [chat] = chats(alice, 1)
    work = folders.create(alice, "Work")
    for deed, there in [
        ("folder", listing.Shelf("folder", work.key)),
        ("pin", listing.PINNED),
        ("archive", listing.ARCHIVED),
        ("delete", listing.TRASH),
    ]:
        steps.do(alice, [Step(deed, (chat.key,), folder=work.key)])
        shelves = (
            listing.RECENT,
            listing.Shelf("folder", work.key),
            listing.PINNED,
            listing.ARCHIVED,
            listing.TRASH,
        )
        assert [s for s in shelves if shelf(alice, s)] == [there]
        view = listing.TRASH if deed == "delete" else listing.RECENT
        assert listing.row(alice, chat.key, view).shelf == there.id
    assert listing.row(alice, chat.key) is None
    for deed in ("restore", "unarchive", "unpin"):
        steps.do(alice, [Step(deed, (chat.key,))])
    steps.do(alice, [Step("folder", (chat.key,))])
    assert shelf(alice, listing.RECENT) == {chat.key}


@pytest.mark.parametrize("deed", sorted(steps._DEEDS))
def test_one_that_is_somebody_elses_and_nothing_is_done(alice, bob, deed):
    mine, hers = chats(bob, 1)[0], chats(alice, 1)[0]
    if deed in ("restore", "erase"):
        Conversation.objects.update(deleted_at=timezone.now())
    before = state()
    with pytest.raises(NotFound):
        steps.do(bob, [Step(deed, (mine.key, hers.key), tag="x")])
    assert state() == before


def test_a_folder_of_somebody_else_takes_nothing(alice, bob):
    folder = folders.create(alice, "Hers")
    [chat] = chats(bob, 1)
    with pytest.raises(NotFound):
        steps.do(bob, [Step("folder", (chat.key,), folder=folder.key)])
    assert Conversation.objects.get().folder is None


def test_a_later_step_that_is_refused_takes_the_first_ones_back(alice):
    [chat] = chats(alice, 1)
    with pytest.raises(Refused):
        steps.do(alice, [Step("pin", (chat.key,)), Step("tag", (chat.key,), tag=" ")])
    assert Conversation.objects.get().pinned_at is None


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step("pin", ()), "c"),
        (Step("fly", (uuid.uuid4(),)), "deed"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(alice, step, field):
    with pytest.raises(Refused) as refused:
        steps.do(alice, [step])
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("count", "each", "field"), [(1, steps.MOST + 1, "c"), (2, steps.MOST // 2 + 1, "c"), (257, 1, "steps")]
)
def test_more_than_can_be_done_at_once_is_refused_before_anybody_waits_for_it(
    alice, count, each, field, django_assert_num_queries
):
    many = [Step("pin", tuple(uuid.uuid4() for _ in range(each))) for _ in range(count)]
    with django_assert_num_queries(0), pytest.raises(Refused, match=r"At most .+ at once\.") as refused:
        steps.do(alice, many)
    assert refused.value.field == field


def test_as_many_steps_as_undo_the_folders_there_can_be_are_done(alice):
    [chat] = chats(alice, 1)
    steps.do(alice, [Step("unpin", (chat.key,))] * (folders.MOST + 1))
    assert folders.MOST + 1 <= steps.MOST_STEPS


def test_deleting_names_the_replies_to_stop(alice):
    told = asked(alice)
    assert steps.do(alice, [Step("delete", (told.conversation.key,))]).stop == [told.reply.pk]
    assert Reply.objects.get().state == "running", "the log stops it"


def test_a_temporary_chat_is_put_into_no_order(alice):
    told = answered(alice)
    Conversation.objects.update(expires_at=timezone.now() + datetime.timedelta(hours=1))
    for deed in ("pin", "archive", "folder", "tag"):
        with pytest.raises(Refused, match="Keep it first"):
            steps.do(alice, [Step(deed, (told.conversation.key,), tag="x")])
    assert steps.do(alice, [Step("delete", (told.conversation.key,))]).changed


def test_the_trash_keeps_for_its_days_and_no_longer(alice, settings):
    settings.TRASH_DAYS = 3
    young, old = chats(alice, 2)
    now = timezone.now()
    Conversation.objects.filter(pk=young.pk).update(deleted_at=now - datetime.timedelta(days=2, hours=23))
    Conversation.objects.filter(pk=old.pk).update(deleted_at=now - datetime.timedelta(days=3, minutes=1))
    assert shelf(alice, listing.TRASH) == {young.key}
    with pytest.raises(NotFound):
        steps.do(alice, [Step("restore", (old.key,))])
    with pytest.raises(NotFound):
        restored(alice, old.key)
    steps.do(alice, [Step("restore", (young.key,))])
    assert shelf(alice, listing.RECENT) == {young.key}


# ── tags ──


def test_a_tag_comes_with_its_first_use_and_goes_with_its_last(alice):
    two = chats(alice, 2)
    steps.do(alice, [Step("tag", keys(two), tag="  Travel \x00 plans ")])
    assert tags.used(alice) == [tags.Used("Travel plans", 2)]
    steps.do(alice, [Step("untag", keys(two[:1]), tag="TRAVEL PLANS")])
    assert tags.used(alice) == [tags.Used("Travel plans", 1)]
    steps.do(alice, [Step("untag", keys(two[1:]), tag="travel plans")])
    assert not Tag.objects.exists()


@pytest.mark.parametrize("again", ["ÄPFEL", "äpfel", "#Äpfel"])
def test_a_tag_is_one_whatever_its_capitals(alice, again):
    one, two = chats(alice, 2)
    steps.do(alice, [Step("tag", (one.key,), tag="Äpfel")])
    steps.do(alice, [Step("tag", (two.key,), tag=again)])
    assert tags.used(alice) == [tags.Used("Äpfel", 2)]


@pytest.mark.parametrize("name", ["", " ", "#", "x" * 41])
def test_a_tag_without_a_name_or_with_too_long_a_one_is_refused(alice, name):
    [chat] = chats(alice, 1)
    with pytest.raises(Refused) as refused:
        steps.do(alice, [Step("tag", (chat.key,), tag=name)])
    assert refused.value.field == "tag"
    assert not Tag.objects.exists()


def test_twenty_tags_and_no_more(alice):
    [chat] = chats(alice, 1)
    for number in range(tags.MOST):
        steps.do(alice, [Step("tag", (chat.key,), tag=f"tag {number}")])
    with pytest.raises(Refused) as refused:
        steps.do(alice, [Step("tag", (chat.key,), tag="one more")])
    assert refused.value.field == "tag"
    assert len(tags.used(alice)) == tags.MOST


def test_a_tag_lists_its_chats_wherever_they_stand_but_for_archive_and_trash(alice, bob):
    pinned, inside, archived, gone, other = chats(alice, 5)
    tagged = listing.Shelf("tag", tag="x")
    steps.do(alice, [Step("tag", keys([pinned, inside, archived, gone]), tag="x")])
    steps.do(bob, [Step("tag", keys(chats(bob, 1)), tag="x")])
    work = folders.create(alice, "Work")
    steps.do(alice, [Step("pin", (pinned.key,)), Step("folder", (inside.key,), folder=work.key)])
    steps.do(alice, [Step("archive", (archived.key,)), Step("delete", (gone.key,))])
    assert shelf(alice, tagged) == {pinned.key, inside.key}
    assert listing.row(alice, inside.key, tagged).shelf == "tag"
    assert listing.row(alice, other.key, tagged).shelf == "recent"
