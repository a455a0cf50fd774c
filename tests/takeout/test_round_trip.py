"""Our JSON, out and in again: the same bytes."""

import re
from uuid import uuid5

import orjson
import pytest
from django.utils import timezone

from chatapp.conversations.models import Conversation, Folder, Message, Reply, Summary, Tag
from chatapp.takeout.exporting import as_json, choose
from chatapp.takeout.models import Incoming
from tests.conversations.stories import answered, asked
from tests.takeout.moving import checked, imported


def exported(owner) -> bytes:
    return b"".join(as_json.stream(choose.every(owner)))


def life_of(owner) -> None:
    """Conversations with everything that can be in one."""
    told = answered(
        owner,
        "Which years?",
        "Those divisible by four.",
        reasoning="Let me see.\x0b",
        prompt_tokens=7,
        cost=0.25,
        prompt_named={"key": "k", "slug": "years", "name": "Years", "number": 3, "hash": "h"},
    )
    first = told.conversation
    sibling = Message.objects.create(
        conversation=first, parent=told.question, role="assistant", text="Others", name="b"
    )
    Reply.objects.create(
        conversation=first, message=sibling, state="failed", error={"code": "x", "sentence": "No."}, way="retry"
    )
    gone = Message.objects.create(
        conversation=first, parent=sibling, role="user", text="gone", deleted_at=timezone.now()
    )
    below = Message.objects.create(
        conversation=first, parent=gone, role="user", text="below “é” 漢字 🎉", weight="pinned"
    )
    Message.objects.create(
        conversation=first, parent=below, role="assistant", text="copied", copy_of=told.reply.message
    )
    Summary.objects.create(conversation=first, upto=told.reply.message, text="In short", by_model=False)
    folder = Folder.objects.create(
        owner=owner, name="Work", settings={"system_prompt": "Be short.", "temperature": 0.5}
    )
    Conversation.objects.filter(pk=first.pk).update(
        title="Leap years", title_by="person", folder=folder, pinned_at=timezone.now(), archived_at=timezone.now(),
        settings={"reasoning.effort": "low", "max_tokens": 300}, leaf=below,
    )  # fmt: skip
    first.tags.add(Tag.objects.create(owner=owner, name="Ärger"), Tag.objects.create(owner=owner, name="b"))
    fork = answered(owner, "And now?", "Now.").conversation
    Message.objects.filter(conversation=fork, role="user").update(copy_of=below)
    asked(owner, "Still running")


def move_out(owner) -> None:
    """As if on another installation: nothing of the owner is there."""
    Conversation.objects.filter(owner=owner).update(leaf=None)
    Conversation.objects.filter(owner=owner).delete()
    Folder.objects.filter(owner=owner).delete()
    Tag.objects.filter(owner=owner).delete()


@pytest.mark.django_db
def test_exported_imported_and_exported_again_is_the_same_file(alice):
    life_of(alice)
    before = exported(alice)
    assert b"gone" not in before
    move_out(alice)
    job = imported(alice, before)
    assert (job.state, job.report["conversations"], job.report["skips"]) == ("done", 3, [])
    assert exported(alice) == before
    assert not Incoming.objects.exists()


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(alice):
    life_of(alice)
    before = exported(alice)
    job = checked(alice, before)
    assert (job.state, job.report["conversations"], job.report["here"]) == ("checked", 0, 3)
    assert exported(alice) == before


@pytest.mark.django_db
def test_another_member_gets_a_copy_with_keys_of_its_own_and_only_once(alice, bob):
    life_of(alice)
    file = exported(alice)
    assert imported(bob, file).state == "done"
    assert exported(alice) == file
    copy = exported(bob)
    assert not {m["key"] for c in orjson.loads(copy)["conversations"] for m in c["messages"]} & {
        m["key"] for c in orjson.loads(file)["conversations"] for m in c["messages"]
    }
    assert _without_keys(copy) == _without_keys(file)
    again = checked(bob, file)
    assert (again.report["conversations"], again.report["here"]) == (0, 3)


@pytest.mark.django_db
def test_a_folder_of_a_colleagues_file_is_found_again_when_it_was_renamed(alice, bob):
    told = answered(alice, "Which years?")
    folder = Folder.objects.create(owner=alice, name="Work")
    Conversation.objects.filter(pk=told.conversation.pk).update(folder=folder)
    assert imported(bob, exported(alice)).state == "done"
    Folder.objects.filter(owner=bob).update(name="Theirs")
    other = answered(alice, "And now?").conversation
    Conversation.objects.filter(pk=other.pk).update(folder=folder)
    assert imported(bob, exported(alice)).report["conversations"] == 1
    assert Conversation.objects.of(bob).filter(folder__name="Theirs").count() == 2


@pytest.mark.django_db
def test_a_folder_whose_keys_are_all_taken_gets_a_new_one(alice, bob):
    told = answered(alice, "Which years?")
    folder = Folder.objects.create(owner=alice, name="Work")
    Conversation.objects.filter(pk=told.conversation.pk).update(folder=folder)
    Folder.objects.create(owner=alice, name="In the way", key=uuid5(folder.key, str(bob.pk)))
    assert imported(bob, exported(alice)).state == "done"
    assert Conversation.objects.of(bob).get().folder.name == "Work"


def _without_keys(data: bytes) -> bytes:
    """Keys replaced by the order in which they come; where it came from left out."""
    doc = orjson.loads(data)
    order: dict[str, str] = {}
    text = data.decode()
    for conversation in doc["conversations"]:
        if conversation["origin"]:
            text = text.replace(conversation["origin"], "")
    return re.sub(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        lambda found: order.setdefault(found[0], f"key {len(order)}"),
        text,
    ).encode()
