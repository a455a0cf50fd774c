"""Prompts as files: the same again after a round trip; what cannot be read is named, and keeps none back."""

import io
import zipfile

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.accounts.refused import Refused
from chatapp.audit.models import Entry
from chatapp.prompts import bring_in, export, files, publish
from chatapp.prompts.models import Draft, Favourite, Grant, Label, LabelMove, Prompt, Version
from tests.prompts.writing import published, version

pytestmark = pytest.mark.django_db

VARIABLES = [
    {"name": "customer", "type": "text", "label": "Who is it for?", "required": True},
    {"name": "tone", "type": "choice", "choices": ["warm", 'plain: "very"', "漢字"], "default": "warm"},
    {"name": "me", "type": "member", "field": "email"},
]
TEXT = "You answer {{customer}}.\n\n---\nnot: the end\n---\n\tTabs, “quotes”, 🎉 and a last line without its end"


def taken_away():
    for model in (LabelMove, Label, Draft, Favourite, Grant, Version, Prompt):
        model.objects.all().delete()


def everything(eddi):
    one = published(eddi, TEXT, name="Support: answers", variables=VARIABLES, settings={"reasoning.effort": "low"})
    version(one, eddi, TEXT + "\n", note='A last line: "with" its end', settings={"temperature": "0", "seed": "7"})
    version(one, eddi, TEXT, note="Back to what it was", variables=VARIABLES, settings={"reasoning.effort": "low"})
    published(eddi, "Be brief.", name="漢字")


def test_all_prompts_are_the_same_bytes_after_they_went_out_and_came_in(eddi):
    everything(eddi)
    packed = export.everything(eddi)
    taken_away()
    report = bring_in.bring_in(files.unpack("all.zip", packed), eddi, dry_run=False)
    assert (len(report.made), len(report.added), report.skipped) == (2, 2, [])
    assert export.everything(eddi) == packed
    assert Entry.objects.filter(action="prompt.imported").get().detail == {"prompts": 2, "versions": 4}


def test_nothing_that_comes_in_is_published(eddi):
    everything(eddi)
    packed = export.everything(eddi)
    taken_away()
    bring_in.bring_in(files.unpack("all.zip", packed), eddi, dry_run=False)
    assert not Label.objects.filter(name=Label.PRODUCTION).exists()


def test_bringing_the_same_in_again_changes_nothing_and_says_so(eddi):
    everything(eddi)
    before = list(Version.objects.values_list("prompt", "number", "hash"))
    report = bring_in.bring_in(files.unpack("all.zip", export.everything(eddi)), eddi, dry_run=False)
    assert len(report.here) == 4
    assert not report.does_something
    assert list(Version.objects.values_list("prompt", "number", "hash")) == before


def test_a_look_says_what_would_happen_and_leaves_no_trace(eddi):
    prompt = published(eddi)
    good = files.write(prompt, prompt.versions.get())
    sent = [
        ("new.md", good.replace("short-answers", "other").encode()),
        ("changed.md", (good + " Please.").encode()),
        ("same.md", good.encode()),
        ("notes.md", b"# Notes"),
    ]
    rows = [Prompt.objects.count(), Version.objects.count(), Entry.objects.count()]
    looked = bring_in.bring_in(sent, eddi, dry_run=True)
    assert [Prompt.objects.count(), Version.objects.count(), Entry.objects.count()] == rows
    done = bring_in.bring_in(sent, eddi, dry_run=False)
    for report in (looked, done):
        assert [file for file, *_ in report.made] == ["new.md"]
        assert [(file, number) for file, _, number in report.added] == [("changed.md", 2)]
        assert [(file, number) for file, _, number in report.here] == [("same.md", 1)]
        assert [file for file, _ in report.skipped] == ["notes.md"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), min_size=1).filter(
        str.strip
    ),
    note=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80).filter(str.strip),
)
def test_any_text_comes_back_to_the_character(eddi, text, note):
    prompt = Prompt.objects.filter(slug="any").first() or Prompt.objects.create(slug="any", name="Any")
    made = version(prompt, eddi, text, note=note) if not prompt.versions.filter(text=text).exists() else None
    if made is not None:
        leaf = files.read(files.write(prompt, made).encode())
        assert (leaf.content.text, leaf.content.hash, leaf.note) == (made.text, made.hash, made.note)


GOOD = '---\nchatapp-prompt: 1\nslug: "a"\nname: "A"\n---\nText'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"---\n",
        b"no front matter",
        b"\xff\xfe",
        GOOD.replace("chatapp-prompt: 1", "chatapp-prompt: 2").encode(),
        GOOD.replace('name: "A"', "name: {}").encode(),
        GOOD.replace('name: "A"', "strange: 1").encode(),
        GOOD.replace('name: "A"', 'slug: "b"').encode(),
        GOOD.replace('name: "A"', 'variables: [{"name": 1}]').encode(),
        GOOD.replace('name: "A"', 'settings: {"temperature": 99}').encode(),
        GOOD.replace('name: "A"', 'settings: {"system_prompt": "x"}').encode(),
        GOOD.replace('name: "A"', "tags: 7").encode(),
        GOOD.replace("Text", " ").encode(),
        GOOD.replace("Text", "x" * 100_001).encode(),
        b"x" * (1024 * 1024 + 1),
    ],
)
def test_a_file_that_is_none_of_ours_is_named_with_the_reason(eddi, data):
    report = bring_in.bring_in([("bad.md", data), ("good.md", GOOD.encode())], eddi, dry_run=False)
    assert [(file, bool(why)) for file, why in report.skipped] == [("bad.md", True)]
    assert report.made == [("good.md", "A")]


def test_what_people_write_by_hand_is_read_too(eddi):
    leaf = files.read(
        b"---\r\nchatapp-prompt: 1\r\nslug: notes\r\nname: Release notes\r\ntags: [a, b]\r\n---\r\nBe brief.\r\n"
    )
    assert (leaf.slug, leaf.name, leaf.tags, leaf.content.text) == (
        "notes",
        "Release notes",
        ("a", "b"),
        "Be brief.\n",
    )


def test_a_zip_that_would_swell_is_refused(eddi, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.md", "x" * 10_000)
    with pytest.raises(files.Unreadable):
        files.unpack("big.zip", packed.getvalue())
    with pytest.raises(files.Unreadable):
        files.unpack("broken.zip", packed.getvalue()[:50])


def test_who_edits_no_prompts_brings_none_in(alice):
    with pytest.raises(Refused):
        bring_in.bring_in([("a.md", GOOD.encode())], alice, dry_run=True)


def test_taking_prompts_along_is_on_record(eddi):
    prompt = published(eddi)
    name, text = export.one(prompt, 1, eddi)
    assert name == "short-answers-1.md"
    assert orjson.loads(text.splitlines()[2].split(": ", 1)[1]) == "short-answers"
    publish.move(prompt, Label.STAGING, 1, eddi, "x")
    export.history(prompt, eddi)
    assert Entry.objects.filter(action="prompt.exported").count() == 2
