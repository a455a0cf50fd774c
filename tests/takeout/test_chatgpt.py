"""ChatGPT's export: what becomes of it here."""

import datetime
import time

import pytest
from django.utils import timezone

from chatapp.conversations import branch, model_names, transcript
from chatapp.conversations.models import Conversation, Message
from chatapp.takeout.importing import places, upload, work
from tests.takeout.chatgpt import Told, file_of, simple, zipped
from tests.takeout.moving import HERE, checked, imported, skips


def texts(conversation: Conversation) -> list[tuple[str, str]]:
    return [(m.role, m.text) for m in branch.messages(conversation)]


def the_one(owner) -> Conversation:
    return Conversation.objects.of(owner).get(expires_at=None)


def test_times_title_model_and_branch_are_kept(alice):
    told = Told(is_archived=True, is_starred=True)
    question = told.add("user", "Which years?")
    told.add("assistant", "Every fourth.", metadata={"model_slug": "gpt-4o"})
    other = told.add("assistant", "Those divisible by four.", after=question, metadata={"model_slug": "o3"})
    job = imported(alice, file_of(told.doc(current_node=other)))
    assert (job.state, job.report["messages"], job.report["skips"]) == ("done", 3, [])
    conversation = the_one(alice)
    assert (conversation.title, conversation.origin) == ("Leap years", "chatgpt:c-1")
    assert conversation.created == datetime.datetime.fromtimestamp(1_700_000_000.5, datetime.UTC)
    assert conversation.updated == datetime.datetime.fromtimestamp(1_700_000_100, datetime.UTC)
    assert conversation.archived_at
    assert conversation.pinned_at
    assert texts(conversation) == [("user", "Which years?"), ("assistant", "Those divisible by four.")]
    turn = transcript.window(conversation)[0][-1]
    assert (turn.siblings, turn.state) == (2, "complete")
    assert Message.objects.get(text="Every fourth.").replies.get().model == "gpt-4o"
    assert set(Message.objects.values_list("created", flat=True)) == {
        datetime.datetime.fromtimestamp(1_700_000_010.25, datetime.UTC)
    }


def test_everything_that_is_left_out_is_counted_and_named(alice, data_dir):
    told = Told()
    told.add("system", "You are helpful.")
    told.add("user", "", content={"content_type": "user_editable_context", "user_profile": "I am Alice"})
    told.add("user", "secret", metadata={"is_visually_hidden_from_conversation": True})
    image = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    told.add("user", content={"content_type": "multimodal_text", "parts": [image, "What is this?"]},
             metadata={"attachments": [{"name": "cat.png", "mime_type": "image/png"}, {"name": "p"}]})  # fmt: skip
    thoughts = [{"summary": "Cats", "content": "It purrs."}]
    told.add("assistant", content={"content_type": "thoughts", "thoughts": thoughts})
    told.add("assistant", content={"content_type": "code", "text": "search()"}, recipient="browser")
    told.add("tool", "Ten results", author={"role": "tool", "name": "browser"})
    told.add("assistant", "A cat.\ue200cite\ue202turn0\ue201 Surely.")
    told.add("assistant", content={"content_type": "reasoning_recap", "content": "Thought for 5 s"})
    told.add("assistant", content={"content_type": "hologram"})
    told.add("user", " ")
    job = imported(alice, file_of(told.doc()))
    assert skips(job) == {
        "image": 1, "attachment": 1, "tool": 1, "call": 1, "hidden": 1, "system": 1, "context": 1, "recap": 1,
        "blank": 1, "unknown": 1,
    }  # fmt: skip
    listed = places.list_of(job).read_text()
    assert ": p\n" in listed
    assert "hologram" in listed
    assert "Conversation 1 “Leap years”" in listed
    assert texts(the_one(alice)) == [("user", "What is this?"), ("assistant", "A cat. Surely.")]
    assert Message.objects.get(role="assistant").reasoning == "Cats\n\nIt purrs."


def test_a_question_that_was_only_a_picture_still_stands_before_its_answer(alice):
    told = Told()
    told.add(
        "user", content={"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}]}
    )
    told.add("assistant", "A cat.")
    imported(alice, file_of(told.doc()))
    assert texts(the_one(alice)) == [("user", "[Not imported: image]"), ("assistant", "A cat.")]


def test_an_answer_cut_off_there_is_not_called_complete_here(alice):
    told = Told()
    told.add("user", "Count")
    told.add("assistant", "One, two", metadata={"finish_details": {"type": "max_tokens"}})
    imported(alice, file_of(told.doc()))
    turn = transcript.window(the_one(alice))[0][-1]
    assert turn.state == "interrupted"
    assert "cut off" in turn.label


@pytest.mark.parametrize(
    "file",
    [
        file_of(simple("a"), simple("b")),
        zipped(conversations=[simple("a"), simple("b")], user={"id": 1}),
        zipped(conversations_000=[simple("a")], conversations_001=[simple("b")], shared_conversations=[{}]),
        zipped(**{"export/conversations_000": [simple("a")], "export/conversations_001": [simple("b")]}),
    ],
    ids=["json", "zip", "split zip", "in a folder"],
)
def test_every_shape_of_the_file_gives_the_same_and_only_once(alice, file):
    assert imported(alice, file).report["conversations"] == 2
    again = checked(alice, file)
    assert (again.report["conversations"], again.report["here"]) == (0, 2)
    assert Conversation.objects.count() == 2


def test_what_is_in_the_trash_is_not_brought_back(alice):
    imported(alice, file_of(simple()))
    Conversation.objects.update(deleted_at="2026-01-01T00:00Z")
    job = checked(alice, file_of(simple()))
    assert (job.report["conversations"], skips(job)) == (0, {"trash": 1})


def test_two_members_may_import_the_same_file(alice, bob):
    imported(alice, file_of(simple()))
    assert imported(bob, file_of(simple())).report["conversations"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mapping": {}}, "empty"),
        ({"conversation_id": None}, "unfit"),
        ({"conversation_id": {"a": 1}}, "unfit"),
        ({"create_time": "x", "update_time": None, "mapping": {"a": None}}, "unfit"),
        ({"mapping": {"a": {"parent": "b", "message": 3}, "b": {"parent": "a"}}}, "empty"),
        (
            {"mapping": {"a": {"parent": ["a"], "children": [{}], "message": {"author": 1, "content": []}}}},
            "empty",
        ),
        ({"mapping": {"a": {"message": {"author": {"role": ["user"]}, "content": {"parts": {}}}}}}, "empty"),
    ],
)
def test_a_conversation_that_cannot_be_read_is_skipped_with_a_reason(alice, change, says):
    job = checked(alice, file_of(simple("good"), simple("bad") | change))
    assert (job.state, job.report["conversations"]) == ("checked", 1)
    assert skips(job)[says] == 1


@pytest.mark.parametrize("moment", [None, -5, 1e300, float(2**62), 5_000_000_000, "1700000000", True, [1]])
def test_odd_times_do_not_keep_a_message_out(alice, moment):
    told = Told()
    told.add("user", "Which years?", create_time=moment)
    job = imported(alice, file_of(told.doc(update_time=moment)))
    assert job.report["messages"] == 1
    assert the_one(alice).updated <= timezone.now()
    assert Message.objects.get().created == the_one(alice).created


def test_a_title_that_is_none_and_words_no_database_takes(alice):
    told = Told(title=None)
    told.add("user", "a\x00b")
    imported(alice, file_of(told.doc()))
    assert the_one(alice).title == "New chat"
    assert texts(the_one(alice)) == [("user", "ab")]


def test_names_no_database_takes_are_cleaned_wherever_they_go(alice, data_dir):
    told = Told(title="Leap\x00 years", default_model_slug="\x00" + "m" * 300)
    told.add("user", "Which years?", metadata={"attachments": [{"name": "a\x00.pdf"}]})
    told.add("assistant", "Those divisible by four.")
    told.add("\x00", "?")
    job = imported(alice, file_of(told.doc()))
    assert job.state == "done"
    assert "\\x00" not in repr(job.report)
    assert (
        "“Leap years”: a.pdf" in next(s for s in job.report["skips"] if s["kind"] == "attachment")["examples"][0]
    )
    assert "\x00" not in places.list_of(job).read_text()
    assert the_one(alice).replies.get().model == "m" * 200


def test_a_very_long_chain_is_read_without_recursion(alice):
    told = Told()
    for number in range(3000):
        told.add("user", f"{number}")
    assert checked(alice, file_of(told.doc())).report["messages"] == 3000


def test_the_page_says_which_other_model_wrote_an_answer(alice, at):
    imported(alice, file_of(simple()))
    page = at(alice).get(f"/c/{the_one(alice).key}/").content.decode()
    assert "Written by gpt-4o" in page


@pytest.mark.parametrize("name", ["", "@cf/openai/gpt-oss-20b", "gpt-oss:20b", "openai/GPT-OSS-20B"])
def test_our_own_model_is_not_called_another(name):
    assert model_names.foreign(name) == ""


def test_marks_of_citations_without_an_end_are_read_in_no_time(alice):
    told = Told()
    told.add("user", "Which years?")
    told.add("assistant", "\ue200" * 400_000 + "Every fourth.\ue200cite\ue202turn0\ue201")
    told.add("user", "\ue200" * 1_000_001)
    begun = time.process_time()
    job = checked(alice, file_of(told.doc()))
    assert time.process_time() - begun < 2
    assert (job.report["messages"], skips(job)) == (3, {"long": 1})
    upload.bring(alice)
    work.work(HERE, lambda: False)
    assert texts(the_one(alice))[1:] == [("assistant", "Every fourth."), ("user", "[Not imported: too long]")]


def test_thousands_of_attached_files_are_counted_in_no_time(alice):
    images = [{"name": f"{n}.png", "mime_type": "image/png"} for n in range(20_000)]
    files = [{"name": f"{n}.pdf", "mime_type": "application/pdf"} for n in range(20_000)]
    told = Told()
    told.add("user", "Which years?", metadata={"attachments": [*images, *files]})
    begun = time.process_time()
    job = checked(alice, file_of(told.doc()))
    assert time.process_time() - begun < 2
    assert skips(job) == {"attachment": 20_000}
