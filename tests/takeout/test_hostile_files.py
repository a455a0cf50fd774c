"""Hostile and broken files: a sentence with the place, never an error, never a row."""

import io
import zipfile

import orjson
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.conversations.models import Conversation, Message
from chatapp.takeout.exporting import as_json, choose
from chatapp.takeout.importing import opened, splitter, upload, work
from chatapp.takeout.importing.splitter import Broken, Splitter
from chatapp.takeout.models import Import
from tests.conversations.stories import answered
from tests.takeout.chatgpt import file_of, simple, zipped
from tests.takeout.moving import checked, imported, skips

GOOD = orjson.dumps(simple())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"hello", "does not begin with"),
        (b"\xff\xfe\x00", "does not begin with"),
        (b"[" + GOOD, "after 1 conversations"),
        (b"[" + GOOD + b"," + GOOD[:100], "in the middle of conversation 2"),
        (b"[" + GOOD + GOOD + b"]", "comma is missing"),
        (b"[" + GOOD + b"] and more", "follows after the end"),
        (b"[1, 2]", "Conversation 1 is not one"),
        (b'{"conversations":[' + GOOD + b'],"x":}', "not valid JSON"),
        (
            b'{"format":"chatapp","version":9,"conversations":[' + GOOD.replace(b"mapping", b"m") + b"]}",
            "newer version",
        ),
        (b"PK\x03\x04 not a zip", "damaged"),
        (zipped(user={}, chats=[]), "no conversations.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(alice, data, says):
    job = checked(alice, data)
    assert job.state == "failed"
    assert says in job.error
    assert not Message.objects.exists()
    assert not list((upload.places.folder()).glob("*.upload"))


@pytest.mark.parametrize(
    "bad",
    [
        b'{"mapping": tru}',
        b'{"mapping":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": 1}',
        b'{"key": "x", "messages": []}',
        b"{]",
    ],
)
def test_a_conversation_that_is_broken_is_named_and_the_others_are_read(alice, bad):
    job = checked(alice, b"[" + bad + b"," + GOOD + b"]")
    assert (job.state, job.report["conversations"], skips(job)) == ("checked", 1, {"unfit": 1})
    assert "Conversation 1" in job.report["skips"][0]["examples"][0]


def test_what_is_too_long_is_passed_over(alice, monkeypatch):
    monkeypatch.setattr(splitter, "LONGEST", 20_000)
    long = orjson.dumps({"mapping": ["x" * 1000] * 30})
    job = checked(alice, b"[" + long + b"," + GOOD + b"]")
    assert (job.report["conversations"], skips(job)) == (1, {"unfit": 1})


def test_a_text_without_end_is_not_held(alice, monkeypatch):
    monkeypatch.setattr(splitter, "LONGEST", 20_000)
    monkeypatch.setattr(splitter, "READ", 4096)
    with pytest.raises(Broken, match="does not end"):
        list(Splitter(io.BytesIO(b'[{"a":"' + b"x" * 1_000_000).read).pieces())


def test_cancelling_is_heard_in_the_middle_of_what_is_passed_over(alice, monkeypatch):
    monkeypatch.setattr(work, "TELL_EVERY", 0)
    monkeypatch.setattr(work._Worker, "_rest", lambda self: upload.cancel(alice))
    monkeypatch.setattr(splitter, "MOST_TOKENS", 1000)
    job = checked(alice, b'[{"mapping":[' + b"[]," * 500_000 + b"[]]}," + GOOD + b"]")
    assert job.state == "cancelled"
    assert job.done < job.size / 2


@pytest.mark.parametrize("tokens", [1000, 1_000_000])
def test_what_is_far_too_long_is_not_passed_over_for_ever(alice, monkeypatch, tokens):
    monkeypatch.setattr(splitter, "LONGEST", 20_000)
    monkeypatch.setattr(splitter, "MOST_TOKENS", tokens)
    monkeypatch.setattr(splitter, "MOST_PASSED", 1024 * 1024)
    job = checked(alice, b"[" + GOOD + b',{"mapping":[' + b"[]," * 500_000 + b"[]]}," + GOOD + b"]")
    assert job.state == "failed"
    assert "More than 1 MB follow in conversation 2" in job.error


def test_a_zip_that_unpacks_to_too_much_is_refused(alice, monkeypatch):
    monkeypatch.setattr(opened, "MOST_UNPACKED", 1_000_000)
    job = checked(alice, zipped(conversations=b"[" + b" " * 2_000_000 + b"]"))
    assert job.state == "failed"
    assert "more than" in job.error


def test_a_zip_with_a_huge_directory_is_refused_before_it_is_read(alice, monkeypatch):
    monkeypatch.setattr(opened, "LONGEST_DIRECTORY", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(500):
            archive.writestr(f"{number}.dat", b"")
        archive.writestr("conversations.json", file_of(simple()))
    assert "too long" in checked(alice, out.getvalue()).error


def test_a_locked_zip_and_one_whose_sizes_lie_are_refused(alice):
    data = bytearray(zipped(conversations=[simple()]))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert "password" in checked(alice, bytes(data)).error
    data = bytearray(zipped(conversations=[simple()]))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert checked(alice, bytes(data)).state == "failed"


def test_names_in_a_zip_lead_nowhere(alice, data_dir):
    before = {p.name for p in data_dir.parent.iterdir()}
    job = checked(alice, zipped(**{"../../../conversations": [simple()]}))
    assert job.report["conversations"] == 1
    assert {p.name for p in data_dir.parent.iterdir()} == before


HOSTILE = [
    None,
    "",
    "\x00",
    "x" * 300,
    -1,
    2**70,
    1e308,
    True,
    [],
    {},
    [[]],
    {"a": []},
    ["a"],
    "2026-13-01",
    "../x",
]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_any_value_of_ours_may_be_anything(alice, at, value):
    """Each field in turn: read, or refused in words; what was imported can be opened and exported."""
    doc = ours_of(alice)
    conversation = doc["conversations"][0]
    answer = conversation["messages"][1]
    run = answer["replies"][0]
    changed = []
    for place in (conversation, answer, run):
        for name in place:
            before = place[name]
            place[name] = value
            copy = orjson.loads(orjson.dumps(conversation, default=str)) if not _too_big(value) else None
            place[name] = before
            if copy is not None:
                changed.append(copy)
    job = checked(alice, orjson.dumps(doc | {"conversations": changed}))
    assert job.state == "checked", job.error
    if not job.report["conversations"]:
        return
    upload.bring(alice)
    work.work("here", lambda: False)
    assert Import.objects.get().state == "done", Import.objects.get().error
    for conversation in Conversation.objects.of(alice):
        assert at(alice).get(f"/c/{conversation.key}/").status_code == 200
        for message in conversation.messages.all():
            assert at(alice).get(f"/m/{message.key}/about/").status_code == 200
    assert b"".join(as_json.stream(choose.every(alice)))


@pytest.mark.parametrize(
    "given",
    [
        {"max_tokens": "500"},
        {"reasoning": {"effort": " "}},
        {"reasoning": " "},
        {"reasoning.effort": "low", "max_tokens": 500.0},
        {"system_prompt": [1]},
    ],
    ids=repr,
)
def test_settings_of_any_spelling_are_kept_as_they_are_sent(alice, at, given):
    doc = ours_of(alice)
    conversation = doc["conversations"][0]
    answer = conversation["messages"][1]
    answer["text"] = ""
    conversation["settings"] = given
    answer["replies"][0] |= {"finish_reason": "length", "settings": given, "overrides": given}
    assert imported(alice, orjson.dumps(doc)).state == "done"
    (conversation,) = Conversation.objects.of(alice)
    reply = conversation.replies.get()
    thinking = {"reasoning": {"effort": "low"}} if "reasoning.effort" in given else {}
    assert reply.settings == ({"max_tokens": 500} if "max_tokens" in given else {}) | thinking
    assert reply.overrides == conversation.settings
    assert not isinstance(conversation.settings.get("reasoning"), dict)
    for address in (
        f"/c/{conversation.key}/",
        f"/c/{conversation.key}/settings/",
        f"/m/{reply.message.key}/about/",
    ):
        assert at(alice).get(address).status_code == 200


def _too_big(value) -> bool:
    return isinstance(value, int) and value > 2**64


@pytest.mark.parametrize("moment", ["2150-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_what_is_said_to_be_of_the_future_is_of_now(alice, moment):
    doc = ours_of(alice)
    doc["conversations"][0] |= {"updated": moment, "answered_at": moment}
    doc["conversations"][0]["messages"][1]["created"] = moment
    assert imported(alice, orjson.dumps(doc)).report["conversations"] == 1
    conversation = Conversation.objects.get()
    said = conversation.messages.values_list("created", flat=True)
    moments = [conversation.updated, conversation.answered_at, *said]
    assert max(moments) <= timezone.now()


def test_an_error_with_a_name_no_database_takes_is_cleaned(alice):
    doc = ours_of(alice)
    doc["conversations"][0]["messages"][1]["replies"][0]["error"] = {"co\x00de": "x", "sentence": "N\x00o."}
    assert imported(alice, orjson.dumps(doc)).state == "done"
    assert Conversation.objects.get().replies.get().error == {"code": "x", "sentence": "No."}


def test_a_receipt_cannot_be_made_to_show_somebody_elses_words(alice, bob, at):
    secret = answered(bob, "Bob's secret").question
    doc = ours_of(alice)
    run = doc["conversations"][0]["messages"][1]["replies"][0]
    run["sent"] = {
        "messages": [{"role": "user", "ref": str(secret.key), "chars": 100}],
        "parameters": {},
        "estimate": 1,
    }
    assert imported(alice, orjson.dumps(doc)).state == "done"
    answer = Message.objects.get(role="assistant", conversation__owner=alice)
    page = at(alice).get(f"/m/{answer.key}/about/").content
    assert b"secret" not in page


def ours_of(alice) -> dict:
    told = answered(alice, reasoning="Hm.")
    doc = orjson.loads(b"".join(as_json.stream(choose.every(alice))))
    Conversation.objects.filter(pk=told.conversation.pk).update(leaf=None)
    Conversation.objects.filter(pk=told.conversation.pk).delete()
    return doc


ODD = ['"', "\\", "]}", "{["]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8) | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=4), max_size=6),
    before=st.dictionaries(st.text(max_size=5).filter(lambda n: n != "conversations"), json_values, max_size=3),
    read=st.integers(1, 40),
)
def test_the_splitter_cuts_where_a_parser_would(monkeypatch, items, before, read):
    monkeypatch.setattr(splitter, "READ", read)
    for doc in (items, {**before, "conversations": items, "after": [1]}):
        for option in (0, orjson.OPT_INDENT_2):
            found = Splitter(io.BytesIO(orjson.dumps(doc, option=option)).read)
            assert [orjson.loads(piece.json or b"") for piece in found.pieces()] == items


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=60) | st.text(alphabet='[]{}",:\\ a1', max_size=60).map(str.encode))
def test_no_bytes_make_the_splitter_fail_otherwise_than_in_words(data):
    try:
        for _ in Splitter(io.BytesIO(data).read).pieces():
            pass
    except Broken as broken:
        sentence = broken.sentence
    else:
        return
    assert sentence.endswith((".", "?"))
