"""All of a file or nothing, whatever happens on the way."""

import datetime

import pytest
from django.utils import timezone

from chatapp.conversations import listing
from chatapp.conversations.finding import index, search
from chatapp.conversations.models import Conversation, Folder, Message, Tag
from chatapp.conversations.ordering import erase, steps
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import NotFound
from chatapp.takeout.exporting import as_json, choose
from chatapp.takeout.importing import places, reveal, upload, work, write
from chatapp.takeout.importing.write import Writer
from chatapp.takeout.models import Import, Incoming
from tests.conversations.stories import answered
from tests.takeout.chatgpt import file_of, simple
from tests.takeout.moving import HERE, checked, imported


def many(count: int) -> bytes:
    return file_of(*(simple(f"c-{n}", f"Chat {n}") for n in range(count)))


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(work, "BATCH", 3)
    monkeypatch.setattr(work, "TELL_EVERY", 0)


def after_writes(monkeypatch, count: int, deed):
    """Let `deed` happen after so many batches."""
    write, written = Writer.write, []

    def writing(self, chats):
        write(self, chats)
        written.append(len(chats))
        if len(written) == count:
            deed()

    monkeypatch.setattr(Writer, "write", writing)


def nothing_is_left() -> None:
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()
    assert not Incoming.objects.exists()
    assert not Folder.objects.exists()
    assert not Tag.objects.exists()


def begun(owner, data: bytes) -> None:
    checked(owner, data)
    upload.bring(owner)


def test_nothing_is_seen_before_everything_is(alice, monkeypatch):
    seen = []
    after_writes(monkeypatch, 2, lambda: seen.append((listing.page(alice)[0], Conversation.objects.count())))
    begun(alice, many(9))
    work.work(HERE, lambda: False)
    assert seen == [([], 6)]
    assert len(listing.page(alice)[0]) == 9


def test_nobody_restores_or_erases_what_is_not_shown_yet(alice, at, monkeypatch):
    def try_it():
        key = Conversation.objects.order_by("pk")[0].key
        assert at(alice).get(f"/c/{key}/").status_code == 404
        for deed in ("restore", "erase", "delete"):
            with pytest.raises(NotFound):
                steps.do(alice, [Step(deed, (key,))])
        assert listing.row(alice, key, listing.TRASH) is None
        assert not listing.page(alice, shelf=listing.TRASH)[0]
        tried.append(key)

    tried = []
    after_writes(monkeypatch, 2, try_it)
    begun(alice, many(9))
    assert len(work.work(HERE, lambda: False)) == 9
    assert tried
    assert Conversation.objects.of(alice).count() == 9


def test_what_no_import_ever_shows_is_cleared_like_a_temporary_chat(alice, monkeypatch):
    def die():
        raise SystemExit

    begun(alice, many(3))
    after_writes(monkeypatch, 1, die)
    with pytest.raises(SystemExit):
        work.work(HERE, lambda: False)
    for hours, left in ((0, 3), (49, 0)):
        later = timezone.now() + datetime.timedelta(hours=hours)
        with monkeypatch.context() as patch:
            patch.setattr(erase.timezone, "now", lambda moment=later: moment)
            while erase.erase_some():
                pass
        assert Conversation.objects.count() == left


def test_cancelling_on_the_way_erases_what_was_written(alice, monkeypatch):
    begun(alice, many(9))
    after_writes(monkeypatch, 2, lambda: upload.cancel(alice))
    work.work(HERE, lambda: False)
    assert Import.objects.get().state == "cancelled"
    nothing_is_left()
    assert not list(places.folder().glob("*.upload"))


def test_an_error_on_the_way_erases_what_was_written(alice, monkeypatch):
    def fail():
        raise ZeroDivisionError

    begun(alice, many(9))
    after_writes(monkeypatch, 2, fail)
    work.work(HERE, lambda: False)
    job = Import.objects.get()
    assert job.state == "failed"
    assert job.error
    nothing_is_left()


def test_a_server_that_goes_away_leaves_it_to_the_next_which_begins_anew(alice, monkeypatch):
    def die():
        raise SystemExit

    begun(alice, many(9))
    with monkeypatch.context() as patch:
        after_writes(patch, 2, die)
        with pytest.raises(SystemExit):
            work.work(HERE, lambda: False)
    assert Conversation.objects.count() == 6
    assert work.work("next", lambda: False) is None  # the lease still runs
    Import.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert len(work.work("next", lambda: False)) == 9
    assert Conversation.objects.of(alice).count() == Conversation.objects.count() == 9


def test_a_file_that_takes_the_server_down_is_given_up(alice):
    begun(alice, many(2))
    Import.objects.update(state="bringing", attempts=3, lease_until=timezone.now() - datetime.timedelta(seconds=1))
    work.work(HERE, lambda: False)
    assert Import.objects.get().state == "failed"
    nothing_is_left()


def test_a_process_that_was_thought_dead_writes_no_more(alice, monkeypatch):
    begun(alice, many(9))
    after_writes(monkeypatch, 1, lambda: Import.objects.update(worker="another", attempts=2))
    work.work(HERE, lambda: False)
    assert Conversation.objects.count() == 3
    assert Import.objects.get().state == "bringing"


def test_a_process_that_was_thought_dead_erases_nothing_when_it_fails(alice, monkeypatch):
    def lose_it():
        Import.objects.update(worker="another", attempts=2)
        raise ZeroDivisionError

    begun(alice, many(9))
    after_writes(monkeypatch, 2, lose_it)
    work.work(HERE, lambda: False)
    assert Conversation.objects.count() == Incoming.objects.count() == 6
    job = Import.objects.get()
    assert (job.state, job.worker, job.attempts, job.error) == ("bringing", "another", 2, "")
    assert places.file_of(job).exists()


def test_a_process_that_loses_the_job_while_it_erases_goes_no_further(alice, monkeypatch):
    monkeypatch.setattr(reveal, "ERASED_AT_ONCE", 2)
    real, held = work._Worker._hold, []

    def hold(self):
        held.append(True)
        if failed and len(held) - failed[0] == 2:
            Import.objects.update(worker="another", attempts=2)
        real(self)

    def fail():
        failed.append(len(held))
        raise ZeroDivisionError

    failed: list[int] = []
    begun(alice, many(9))
    monkeypatch.setattr(work._Worker, "_hold", hold)
    after_writes(monkeypatch, 2, fail)
    work.work(HERE, lambda: False)
    assert Conversation.objects.count() == Incoming.objects.count() == 4
    assert Import.objects.get().state == "bringing"


def test_cancelling_too_late_for_the_dry_run_does_not_cancel_what_is_asked_for_after_it(alice):
    checked(alice, many(2))
    Import.objects.update(cancel_requested_at=timezone.now())
    upload.bring(alice)
    assert len(work.work(HERE, lambda: False)) == 2


def test_a_server_that_ends_gives_the_work_back(alice, monkeypatch):
    ending = []
    begun(alice, many(9))
    after_writes(monkeypatch, 1, lambda: ending.append(True))
    work.work(HERE, lambda: bool(ending))
    assert len(work.work("next", lambda: False)) == 9
    assert Import.objects.get().attempts == 1


def test_cancelling_while_nobody_works_takes_the_file_away(alice):
    begun(alice, many(1))
    upload.cancel(alice)
    assert Import.objects.get().state == "cancelled"
    assert not list(places.folder().glob("*.upload"))
    assert work.work(HERE, lambda: False) is None


def test_what_is_left_alone_is_forgotten_with_its_files(alice, data_dir):
    checked(alice, many(1))
    upload.forget_old()
    assert Import.objects.get().state == "checked"
    Import.objects.update(updated=timezone.now() - datetime.timedelta(days=2))
    (places.folder() / "stray.upload").write_bytes(b"x")
    upload.forget_old()
    assert Import.objects.get().state == "cancelled"
    assert not list(places.folder().glob("*.upload"))


def test_erasing_can_be_cut_off_and_begun_again(alice, monkeypatch):
    monkeypatch.setattr(reveal, "ERASED_AT_ONCE", 2)
    begun(alice, many(5))
    job = Import.objects.get()
    after_writes(monkeypatch, 2, lambda: 1 / 0)
    work.work(HERE, lambda: False)
    reveal.erase(job, lambda: None)
    nothing_is_left()


def test_a_finished_import_stays_to_be_read_and_the_next_takes_its_place(alice):
    assert imported(alice, many(1)).state == "done"
    assert imported(alice, many(2)).report["here"] == 1
    assert Import.objects.count() == 1


def test_a_folder_removed_on_the_way_is_made_again(alice, monkeypatch):
    folder = Folder.objects.create(owner=alice, name="Work")
    tag = Tag.objects.create(owner=alice, name="years")
    for number in range(9):
        told = answered(alice, f"Question {number}")
        told.conversation.tags.add(tag)
        Conversation.objects.filter(pk=told.conversation.pk).update(folder=folder)
    file = b"".join(as_json.stream(choose.every(alice)))
    Conversation.objects.update(leaf=None)
    Conversation.objects.all().delete()

    def remove():
        Conversation.objects.update(folder=None)
        Folder.objects.all().delete()
        Tag.objects.all().delete()

    after_writes(monkeypatch, 1, remove)
    assert imported(alice, file).state == "done"
    assert Conversation.objects.filter(folder__name="Work", tags__name="years").count() == 6
    assert Conversation.objects.of(alice).count() == 9


def test_a_key_that_is_taken_at_the_last_moment_is_noticed(alice, bob, monkeypatch):
    answered(alice, "Which years?")
    file = b"".join(as_json.stream(choose.every(alice)))
    real, calls = write.with_free_keys, []

    def late(owner_id, chats):
        calls.append(owner_id)
        return {} if len(calls) == 1 else real(owner_id, chats)

    monkeypatch.setattr(write, "with_free_keys", late)
    assert imported(bob, file).state == "done"
    assert len(calls) == 2
    assert Conversation.objects.of(bob).count() == Conversation.objects.of(alice).count() == 1


def test_search_finds_what_was_imported_and_nothing_of_what_is_hidden(alice, monkeypatch):
    def hits() -> int:
        index.everything()
        return len(search.search(alice, "divisible").messages)

    seen = []
    after_writes(monkeypatch, 2, lambda: seen.append(hits()))
    begun(alice, many(9))
    work.work(HERE, lambda: False)
    assert seen == [0]
    assert hits() == 9
