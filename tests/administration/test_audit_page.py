"""The audit log as administrators read it, and take it along."""

import csv
import io
import json
import re

import pytest
from django.db import transaction

from chatapp.audit.chain import digest
from chatapp.audit.models import Entry
from chatapp.audit.record import Subject, record
from chatapp.audit.verify import verify
from chatapp.prompts.audit_actions import TEAM_DEFAULTS

pytestmark = pytest.mark.django_db


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def log(ada, alice):
    """Sixty rows of two people, on two things."""
    with transaction.atomic():
        for n in range(60):
            subject = Subject("thing", str(n % 2), "=HYPERLINK(1)" if n % 2 else "A plain thing")
            record(
                TEAM_DEFAULTS, actor=ada if n % 3 else alice, subject=subject, reason="Because", detail={"n": n}
            )
        record("account.signed_in", actor=alice, subject=alice)


async def collected(answer):
    return b"".join([piece async for piece in answer.streaming_content])


def export(browser, **fields):
    from asgiref.sync import async_to_sync

    answer = browser.post("/team/audit/export/", fields)
    assert answer.status_code == 200
    return answer, async_to_sync(collected)(answer)


def test_the_newest_come_first_and_older_ones_page_by_page(as_ada, log):
    first = words(as_ada.get("/team/audit/"))
    numbers = [int(n) for n in re.findall(r"<dt>Number</dt><dd>([\d,]+)</dd>", first)]
    assert numbers == list(range(61, 11, -1))
    before = re.search(r"before=(\d+)", first)[1]
    second = words(as_ada.get(f"/team/audit/?before={before}"))
    assert [int(n) for n in re.findall(r"<dt>Number</dt><dd>(\d+)</dd>", second)] == list(range(11, 0, -1))
    assert "before=" not in second


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=ALICE%40", 21),
        ("who=Ada", 40),
        ("action=account.signed_in", 1),
        ("about=HYPERLINK", 30),
        ("subject_type=thing&subject_key=1", 30),
        ("first=2001-01-01", 61),
        ("first=2999-01-01", 0),
        ("last=2001-01-01", 0),
        ("last=9999-12-31", 61),
        ("who=Ada&about=plain", 20),
        ("action=no.such", 61),
    ],
)
def test_it_is_filtered(as_ada, log, query, count):
    from django.http import QueryDict

    from chatapp.administration.audit_page import FilterForm, _rows

    assert _rows(FilterForm(QueryDict(query)).chosen()).count() == count
    assert words(as_ada.get(f"/team/audit/?{query}")).count("<summary>") == min(count, 50)


def test_words_of_people_stay_text(as_ada, ada):
    with transaction.atomic():
        record(
            TEAM_DEFAULTS,
            actor=ada,
            subject=Subject("x", "1", "<img src=x>"),
            reason="<script>",
            detail={"<b>": "<i>"},
        )
    page = words(as_ada.get("/team/audit/"))
    for markup in ("<img", "<script>", "<b>", "<i>"):
        assert markup not in page


@pytest.mark.django_db(transaction=True)
def test_the_json_lines_hold_all_that_the_hashes_are_of(as_ada, log):
    answer, body = export(as_ada, form="jsonl")
    assert "attachment" in answer["Content-Disposition"]
    lines = [json.loads(line) for line in body.splitlines()]
    assert [line["number"] for line in lines] == list(range(1, 63))
    for line, row in zip(lines, Entry.objects.all(), strict=True):
        assert line["hash"] == row.hash == digest(row)
        assert line["detail_json"] == row.detail_json
    assert lines[-1]["action"] == "export.audit"
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_no_cell_of_the_csv_is_a_formula(as_ada, log):
    _, body = export(as_ada, form="csv", about="HYPERLINK")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 30
    assert {row["subject_label"] for row in rows} == {"'=HYPERLINK(1)"}
    last = Entry.objects.order_by("-number")[0]
    assert (last.action, last.actor_name) == ("export.audit", "Ada")
    assert last.detail == {"form": "csv", "filter": {"about": "HYPERLINK"}}
