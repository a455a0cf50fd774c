"""The pages and files that members see."""

import datetime
import io
import re
import uuid
import zipfile
from urllib.parse import unquote

import orjson
import pytest
from django.utils import timezone

from chatapp.chat.streaming import in_pieces
from chatapp.conversations.models import Conversation
from chatapp.takeout.exporting import archive, as_html, as_markdown, choose
from chatapp.takeout.exporting.mathml import draw, mathml
from chatapp.takeout.exporting.names import Unique, safe
from chatapp.takeout.importing import work
from chatapp.takeout.models import Import
from tests.conversations.stories import answered
from tests.takeout.chatgpt import file_of, simple

ANSWER = (
    "Hello **there** <script>alert(1)</script> ![cat](https://evil.example/x.png)\n\n"
    "\\( x^2 < y \\)\n\n```python\nprint('<b>')\n```"
)


def named(owner, title: str) -> Conversation:
    told = answered(owner, "Which <b>years</b>?", ANSWER, reasoning="Hm <i>")
    Conversation.objects.filter(pk=told.conversation.pk).update(title=title)
    told.conversation.refresh_from_db()
    return told.conversation


def test_html_stands_alone_and_nothing_in_it_runs_or_loads(alice):
    page = as_html.document(named(alice, 'A <title> & "more"'))
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"<(?:img|link|iframe|object|embed)\b", page)
    assert not re.search(r"\bsrc\s*=|url\(|@import", page)
    assert "Which &lt;b&gt;years&lt;/b&gt;?" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
    assert "A &lt;title&gt;" in page


def test_markdown_has_the_words_as_they_are_stored(alice):
    text = as_markdown.document(named(alice, "Leap\nyears"))
    assert text.startswith("# Leap years\n")
    assert ANSWER in text
    assert "> Hm <i>" in text
    assert text.index("Which <b>years</b>?") < text.index(ANSWER)


@pytest.mark.parametrize(("form", "ending"), [("markdown", "md"), ("json", "json"), ("html", "html")])
def test_one_chat_comes_as_a_file_with_a_name_people_can_read(alice, at, form, ending):
    conversation = named(alice, "Leap: years/ü")
    answer = at(alice).get(f"/c/{conversation.key}/export/", {"form": form})
    name = unquote(answer["Content-Disposition"])
    assert name.startswith("attachment")
    assert f"{conversation.created:%Y-%m-%d} Leap years ü.{ending}" in name
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_an_unknown_form_is_not_there(alice, at):
    assert at(alice).get(f"/c/{named(alice, 'x').key}/export/", {"form": "exe"}).status_code == 404


def test_all_means_no_temporary_no_deleted_and_nobody_elses(alice, bob, at):
    kept, temporary, deleted = (named(alice, title) for title in ("kept", "temporary", "deleted"))
    named(bob, "Bob's")
    Conversation.objects.filter(pk=temporary.pk).update(expires_at=timezone.now())
    Conversation.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    assert choose.every(alice) == [kept.pk]
    others = Conversation.objects.exclude(pk=kept.pk).values_list("key", flat=True)
    assert choose.some(alice, [kept.key, *others, uuid.uuid4()]) == [kept.pk]
    single = at(alice).get(f"/c/{temporary.key}/export/", {"form": "json"})
    assert orjson.loads(single.content)["conversations"][0]["title"] == "temporary"
    assert at(bob).get(f"/c/{temporary.key}/export/").status_code == 404


def test_a_zip_of_many_has_a_file_for_each_even_if_they_have_one_name(alice):
    for _ in range(3):
        named(alice, "Same")
    data = b"".join(archive.stream(choose.every(alice), "md", as_markdown.document))
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert [n[11:] for n in read.namelist()] == ["Same.md", "Same (2).md", "Same (3).md"]


@pytest.mark.parametrize("year", [1975, 2150])
def test_a_zip_takes_a_chat_of_any_year(alice, year):
    named(alice, "Same")
    Conversation.objects.update(updated=datetime.datetime(year, 5, 6, tzinfo=datetime.UTC))
    data = b"".join(archive.stream(choose.every(alice), "md", as_markdown.document))
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert len(read.namelist()) == 1


# The threads of the downloads look after their database connection, whoever had them open it.
@pytest.mark.django_db(transaction=True)
async def test_a_long_answer_is_made_piece_by_piece():
    made = []

    def pieces():
        for number in range(10):
            made.append(number)
            yield b"x" * 100_000

    sizes = []
    async for chunk in in_pieces(pieces()):
        sizes.append(len(chunk))
        assert len(made) == sum(sizes) // 100_000
    assert sizes == [200_000] * 5


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("../../etc/passwd", "etc passwd"),
        ("  ...  ", "Chat"),
        ("", "Chat"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("x" * 300, "x" * 80),
        ("漢" * 80, "漢" * 60),
        ("a\x00\nb", "a b"),
    ],
)
def test_file_names_are_safe_everywhere(title, name):
    assert safe(title) == name


def test_names_that_differ_only_by_case_are_told_apart():
    names = Unique()
    assert [names.name(n, "md") for n in ("a", "A", "a (2)")] == ["a.md", "A (2).md", "a (2) (2).md"]


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(x)}{x}",
        r"\class{a\" onclick=\"x}{x}",
        r"\text{&lt;img src=x onerror=1&gt;}",
        r"\color{red\" onload=\"x}x",
    ],
)
def test_formulas_bring_in_no_html(tex):
    drawn = mathml(tex, "inline") or ""
    assert not re.search(r"<(?!/?m[a-z]+[ >]|/?none)", drawn)
    assert not re.search(r'\s(?:on\w+|href|style|src|class)="', drawn)


@pytest.mark.parametrize("tex", [r"\frac{", "{" * 1500, r"\sqrt" * 400, r"\newcommand{\a}{\a\a}\a", "x" * 5000])
def test_what_cannot_be_drawn_stays_readable(tex):
    html = f'<span class="math" data-display="inline">{tex}</span>'
    assert draw(html) == html


# ── importing through the door ──


def part(browser, at_byte: int, data: bytes):
    address = f"/data/import/part/?at={at_byte}"
    return browser.post(address, data, content_type="application/octet-stream")


def test_a_file_comes_in_parts_and_a_repeat_changes_nothing(alice, at):
    browser, data = at(alice), file_of(simple())
    assert browser.post("/data/import/begin/", {"name": "c.json", "size": len(data)}).json() == {"received": 0}
    assert part(browser, 0, data[:100]).json() == {"received": 100}
    assert part(browser, 0, data[:100]).json() == {"received": 100}
    assert part(browser, 50, data[50:200]).status_code == 409
    assert part(browser, 100, data[100:] + b"more").status_code == 422
    assert browser.post("/data/import/check/").status_code == 422
    assert browser.post("/data/import/begin/", {"name": "c.json", "size": len(data)}).json() == {"received": 100}
    assert part(browser, 100, data[100:]).json() == {"received": len(data)}
    assert browser.post("/data/import/check/").status_code == 204
    assert browser.post("/data/import/begin/", {"name": "d.json", "size": 5}).status_code == 422
    assert browser.post("/data/import/start/").status_code == 409
    work.work("here", lambda: False)
    assert b"Import 1 chat" in browser.get("/data/import/").content
    assert browser.post("/data/import/start/").status_code == 204
    work.work("here", lambda: False)
    assert b"Imported" in browser.get("/data/").content
    assert b"Leap years" in browser.get("/list/").content


@pytest.mark.parametrize(
    "form", [{}, {"size": "x"}, {"size": "-1"}, {"size": "0"}, {"size": str(10**14)}, {"size": "²"}]
)
def test_what_is_no_size_is_refused_in_words(alice, at, form):
    answer = at(alice).post("/data/import/begin/", {"name": "x", **form})
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_part_without_an_upload_or_of_somebody_elses_is_refused(alice, bob, at):
    assert part(at(alice), 0, b"x").status_code == 404
    at(alice).post("/data/import/begin/", {"name": "c.json", "size": 10})
    assert part(at(bob), 0, b"x").status_code == 404
    assert part(at(alice), 0, b"").status_code == 422
    assert (
        at(alice).post("/data/import/part/?at=x", b"x", content_type="application/octet-stream").status_code == 422
    )
    assert at(alice).post("/data/import/part/?at=0", {"file": "x"}).status_code in (409, 422)


def test_nobody_sees_the_import_of_another(alice, bob, at):
    at(alice).post("/data/import/begin/", {"name": "secret.json", "size": 10})
    assert b"secret.json" in at(alice).get("/data/").content
    for address in ("/data/", "/data/import/", "/data/import/skips/"):
        assert b"secret" not in at(bob).get(address).content
    at(bob).post("/data/import/cancel/")
    assert Import.objects.get(owner=alice).state == "receiving"
