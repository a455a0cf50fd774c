"""Exports: what is in the file, that it was recorded first, and that it ends with the right."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.utils import timezone

from chatapp.accounts.models import ReviewGrant
from chatapp.audit.models import Entry
from chatapp.conversations.models import Message, Reply
from chatapp.conversations.refusals import Refused
from chatapp.feedback.rate import rate
from chatapp.review import filters, marks, scope
from chatapp.review.exporting import begin as beginning
from chatapp.review.exporting import stream, table
from chatapp.review.listing import Selection
from chatapp.review.models import Export, Visit
from chatapp.review.refused import NoRight
from tests.conversations.stories import answered
from tests.review.reviewing import REASON, SESSION, let, up_to_date

pytestmark = pytest.mark.django_db


def selected(reviewer, **fields) -> Selection:
    return Selection(scope.of(reviewer, exporting=True), filters.read(fields))


def begun(reviewer, form="chats", **fields) -> Export:
    return beginning.begin(reviewer, form, selected(reviewer, **fields), REASON, SESSION)


def files(reviewer, form="chats", **fields) -> tuple[str, dict]:
    """The text of the file, and the manifest, which is true of it."""
    export = begun(reviewer, form, **fields)
    claimed = stream.claim(reviewer, export.key, export.session)
    data = b"".join(stream.pieces(claimed, selected(reviewer, **fields)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        content = archive.read(manifest["file"])
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["bytes"] == len(content)
    export.refresh_from_db()
    assert (export.state, export.sha256, export.records) == ("complete", manifest["sha256"], manifest["records"])
    return content.decode(), manifest


def lines(*args, **fields) -> list[dict]:
    return [json.loads(line) for line in files(*args, **fields)[0].splitlines()]


@pytest.fixture
def told(alice, rita):
    let(rita, alice, export=True)
    told = answered(alice, "What is two and two?", "Five")
    Reply.objects.update(system_prompt="Be brief.")
    up_to_date()
    return told


def another(told, text: str) -> Message:
    return Message.objects.create(
        conversation=told.conversation, parent=told.question, role="assistant", text=text
    )


def test_conversations_are_lines_in_chat_form(told, rita):
    assert lines(rita) == [
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is two and two?"},
                {"role": "assistant", "content": "Five"},
            ]
        }
    ]


def test_a_corrected_answer_takes_the_place_of_the_other(told, rita):
    marks.correct(rita, told.reply.message, "Four")
    assert lines(rita)[0]["messages"][-1]["content"] == "Four"


def test_corrections_are_preference_pairs(told, rita):
    marks.correct(rita, told.reply.message, "Four")
    [pair] = lines(rita, "pairs")
    assert pair["input"]["messages"][-1] == {"role": "user", "content": "What is two and two?"}
    assert pair["preferred_output"] == [{"role": "assistant", "content": "Four"}]
    assert pair["non_preferred_output"] == [{"role": "assistant", "content": "Five"}]


def test_the_answer_gone_on_with_is_better_unless_thumbs_or_reviewers_say_otherwise(told, alice, rita):
    shown, other = told.reply.message, another(told, "Four")

    def better() -> list[str]:
        return [pair["preferred_output"][0]["content"] for pair in lines(rita, "pairs")]

    assert better() == ["Five"]
    rate(alice, other, "up")
    assert better() == ["Four"]
    marks.score(rita, shown, 1)
    marks.score(rita, other, 3)
    assert better() == ["Five"]


def test_answers_that_nothing_tells_apart_make_no_pair(told, rita):
    another(told, "Four")
    another(told, "IV")
    pairs = lines(rita, "pairs")
    told_apart = {(p["preferred_output"][0]["content"], p["non_preferred_output"][0]["content"]) for p in pairs}
    assert told_apart == {("Five", "Four"), ("Five", "IV")}


def test_the_table_has_a_row_per_answer_with_a_code_for_the_member(told, alice, rita):
    marks.score(rita, told.reply.message, 3)
    marks.label(rita, told.conversation, "sums")
    rate(alice, told.reply.message, "down")
    text, _ = files(rita, "table")
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["question"], row["reply"], row["thumb"]) == ("What is two and two?", "Five", "down")
    assert (row["scores"], row["worth"], row["labels"]) == ("Wrong", "-1.0", "sums")
    assert "Alice" not in text
    assert "alice@" not in text


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", '"=1', "＝1", "|c", "\ufeff=1"],
)
def test_no_cell_is_a_formula(cell):
    assert table.safe(cell)[0] == "'"
    assert table.safe(cell)[1:] == cell


@pytest.mark.parametrize("cell", ["Plain", "1 + 1 = 2", "a=b", "", 5, -0.5])
def test_other_cells_stay_as_they_are(cell):
    assert table.safe(cell) == cell


def test_it_is_recorded_before_the_first_byte_and_the_owners_see_it(told, alice, rita):
    export = begun(rita, thumb="none")
    entry = Entry.objects.get(action="review.exported")
    assert (entry.actor_id, entry.reason) == (rita.pk, REASON)
    assert entry.detail["filter"] == {"thumb": "none"}
    assert entry.detail["conversations"] == 1
    assert not Visit.objects.exists()
    next(stream.pieces(stream.claim(rita, export.key, export.session), selected(rita, thumb="none")))
    visit = Visit.objects.get()
    assert (visit.kind, visit.owner_id, visit.reason) == ("exported", alice.pk, REASON)


def test_only_what_may_be_exported_is(told, bob, rita):
    """Bob is read, too, but not taken along."""
    let(rita, bob)
    answered(bob, "Bob's question")
    up_to_date()
    assert "Bob" not in files(rita)[0]


def test_a_recorded_export_is_sent_once_and_to_nobody_else(told, alice, rita):
    export = begun(rita)
    assert stream.claim(alice, export.key, export.session) is None
    assert stream.claim(rita, export.key, "another session") is None
    assert stream.claim(rita, export.key, export.session) is not None
    assert stream.claim(rita, export.key, export.session) is None


def test_without_right_reason_form_or_conversations_there_is_none(told, alice, bob, rita):
    for reviewer in (alice, bob):
        with pytest.raises(NoRight):
            begun(reviewer)
    with pytest.raises(Refused):
        beginning.begin(rita, "chats", selected(rita), "no", SESSION)
    with pytest.raises(Refused):
        begun(rita, "everything")
    with pytest.raises(Refused):
        begun(rita, thumb="down")
    assert not Export.objects.exists()
    assert not Entry.objects.filter(action="review.exported").exists()


def test_it_ends_where_it_is_when_the_right_ends(told, alice, rita, monkeypatch):
    monkeypatch.setattr(stream, "PORTION", 1)
    answered(alice, "The second question")
    up_to_date()
    export = begun(rita)
    pieces = stream.pieces(stream.claim(rita, export.key, export.session), selected(rita))
    sent = next(pieces)
    ReviewGrant.objects.update(ended_at=timezone.now())
    with pytest.raises(stream.Ended):
        for piece in pieces:
            sent += piece
    assert b"The second question" not in sent
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(sent))
    export.refresh_from_db()
    assert export.state == "broken"
    assert Visit.objects.count() == 1
