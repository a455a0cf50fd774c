import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.conversations.finding.query import parse
from chatapp.conversations.finding.snippets import LENGTH, beginning, snippet, whole

TAGS = re.compile(r"</?mark>")


def marked(text: str, words: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", snippet(text, parse(words).terms) or "")


@pytest.mark.parametrize(
    ("text", "words", "marks"),
    [
        ("In Zürich, die Straße", "strasse zurich", ["Zürich", "Straße"]),
        ("leap, leaping, sleep", "leap", ["leap", "leaping"]),
        ("leap, leaping, sleep", '"leap"', ["leap"]),
        ("the leap of a leap year", '"leap year"', ["leap year"]),
        ("全文検索の全文", "全文", ["全文", "全文"]),
        ("ｶﾞﾅとガナ", "ガナ", ["ｶﾞﾅ", "ガナ"]),
        ("日本語text中", "text中", ["text中"]),
        ("오류 메시지가", "메시지", ["메시지"]),
        ("don't do", "don't", ["don&#x27;t"]),
        ("e\u0301te\u0301 so\u00adft", "ete soft", ["e\u0301te\u0301", "so\u00adft"]),
        ("nothing here", "quokka", []),
    ],
)
def test_the_words_are_marked_in_the_original(text, words, marks):
    assert marked(text, words) == marks


def test_what_was_written_is_shown_and_never_runs():
    text = '<img src=x onerror=alert(1)> & <mark>quokka</mark> "<script>'
    shown = snippet(text, parse("quokka script").terms)
    assert TAGS.sub("", shown).count("<") == 0
    assert shown.count("<mark>") == 2
    assert "&lt;mark&gt;<mark>quokka</mark>&lt;/mark&gt;" in shown
    assert whole("<b>quokka", parse("quokka").terms) == "&lt;b&gt;<mark>quokka</mark>"
    assert beginning("<b>") == "&lt;b&gt;"


@given(
    st.text(alphabet="ab<>&\"' \n*`#é全か\u3099\u0301", max_size=400),
    st.text(alphabet="ab全か <&", min_size=1, max_size=6),
)
def test_no_text_makes_other_elements_than_marks(text, words):
    terms = parse(words).terms
    for shown in (snippet(text, terms), whole(text, terms), beginning(text)):
        if shown is not None:
            assert "<" not in TAGS.sub("", shown)
            assert re.findall("</?mark>", shown) == ["<mark>", "</mark>"] * shown.count("<mark>")


@given(st.text(max_size=300))
def test_a_title_is_shown_whole(title):
    shown = unescape(TAGS.sub("", whole(title, parse("a").terms)))
    assert "".join(shown.split()) == "".join(title.split())


def test_the_place_with_most_of_the_words_is_chosen_and_it_is_short():
    text = "year " * 400 + "\n\n**A leap year** has more days.\n\n" + "year " * 400
    shown = snippet(text, parse("year leap").terms)
    assert "<mark>leap</mark> <mark>year</mark>" in shown
    assert len(TAGS.sub("", shown)) < LENGTH + 60
    assert "**" not in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_words_at_the_end_of_a_very_long_text_are_found_quickly():
    text = "lorem ipsum " * 33_000 + "the quokka"
    assert marked(text, "quokka") == ["quokka"]
