"""Versions: numbered without a gap, hashed, never changed; nobody's words are overwritten."""

import pytest
from django.db import DatabaseError, connection, transaction

from chatapp.accounts.refused import Refused
from chatapp.audit.models import Entry
from chatapp.prompts import save
from chatapp.prompts.content import InvalidContent
from chatapp.prompts.models import Draft, Label, LabelMove, Version
from tests.prompts.writing import published, version, written

pytestmark = pytest.mark.django_db


def test_versions_are_numbered_without_a_gap_and_draft_stands_at_the_newest(eddi):
    prompt = written(eddi)
    for n in range(2, 5):
        version(prompt, eddi, f"Text {n}")
    assert list(prompt.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Label.objects.get(prompt=prompt, name=Label.DRAFT).version.number == 4
    moves = LabelMove.objects.filter(prompt=prompt, label=Label.DRAFT).order_by("id")
    assert [(m.before.number if m.before else None, m.after.number) for m in moves] == [
        (None, 1), (1, 2), (2, 3), (3, 4),
    ]  # fmt: skip


def test_the_hash_is_of_text_variables_and_settings_and_of_nothing_else(eddi):
    one, other = written(eddi, "Same", name="One"), written(eddi, "Same", name="Other")
    hashes = [p.versions.get().hash for p in (one, other)]
    assert hashes[0] == hashes[1]
    changed = version(one, eddi, "Same", settings={"temperature": "0.5"})
    assert changed.hash != hashes[0]
    assert changed.settings == {"temperature": 0.5}
    named = version(one, eddi, "Same", variables=[{"name": "a", "type": "text"}])
    assert named.hash not in (hashes[0], changed.hash)


def test_a_version_can_be_changed_neither_by_a_row_nor_by_a_query_nor_in_the_database(eddi):
    made = written(eddi).versions.get()
    made.text = "Other words"
    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(TypeError):
        Version.objects.filter(pk=made.pk).update(text="Other words")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE prompts_version SET text = 'Other words' WHERE id = %s", [made.pk])
    made.refresh_from_db()
    assert made.text == "Answer in one sentence."


def test_saving_from_an_older_version_is_refused_with_the_newer_one_and_keeps_the_draft(eddi, ada):
    prompt = written(eddi)
    Draft.objects.create(prompt=prompt, author=ada, base=1, typed={"text": "Ada's"})
    version(prompt, eddi, "Eddi's", base=1)
    with pytest.raises(save.Stale) as refused:
        version(prompt, ada, "Ada's", base=1)
    assert refused.value.newest.text == "Eddi's"
    assert "Eddi" in refused.value.sentence
    assert Draft.objects.get(prompt=prompt, author=ada).typed == {"text": "Ada's"}
    assert prompt.versions.count() == 2
    assert version(prompt, ada, "Ada's", base=2).number == 3
    assert not Draft.objects.filter(prompt=prompt, author=ada).exists()


def test_a_note_is_needed_and_so_is_a_change(eddi):
    prompt = written(eddi)
    with pytest.raises(Refused) as refused:
        version(prompt, eddi, "Other", note="  ")
    assert refused.value.field == "note"
    with pytest.raises(Refused, match="Nothing has changed"):
        version(prompt, eddi, "Answer in one sentence.")
    assert prompt.versions.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": 7}, "text"),
        ({"text": "a", "settings": {"temperature": "hot"}}, "temperature"),
        ({"text": "a", "settings": {"temperature": "9"}}, "temperature"),
        ({"text": "a", "settings": {"stream": True}}, "stream"),
        ({"text": "a", "settings": {"response_format": {}}}, "response_format"),
        ({"text": "a", "settings": {"system_prompt": "b"}}, "system_prompt"),
        ({"text": "a", "settings": [1]}, "settings"),
        ({"text": "a", "variables": "b"}, "variables"),
        ({"text": "a", "variables": [{"name": "No Good"}]}, "variables"),
        ({"text": "a", "variables": [{"name": "a"}, {"name": "a"}]}, "variables"),
        ({"text": "a", "variables": [{"name": "a", "type": "choice", "choices": "one"}]}, "variables"),
        ({"text": "a", "variables": [{"name": "a", "type": "member", "field": "password"}]}, "variables"),
        ({"text": "a", "variables": [{"name": "a", "type": "number", "default": "many"}]}, "variables"),
        ({"text": "a", "variables": [{"name": "a", "type": "magic"}]}, "variables"),
    ],
)
def test_what_is_not_valid_is_refused_beside_its_field(eddi, typed, field):
    prompt = written(eddi)
    with pytest.raises(InvalidContent) as invalid:
        save.save(prompt, eddi, typed, base=1, note="x")
    assert field in invalid.value.errors
    assert prompt.versions.count() == 1


def test_who_may_not_edit_saves_nothing(eddi, alice, rita):
    prompt = published(eddi)
    for one in (alice, rita):
        with pytest.raises(Refused, match="may not edit"):
            version(prompt, one, "Mine now")
    assert prompt.versions.count() == 1


def test_each_version_is_on_record(eddi):
    prompt = written(eddi)
    entry = Entry.objects.about("prompt", prompt.key).filter(action="prompt.version").get()
    assert entry.detail["version"] == 1
    assert entry.reason == "Tried out"
    assert entry.actor_id == eddi.pk
