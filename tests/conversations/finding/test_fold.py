"""Words made comparable; and that any text is a query."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.conversations.finding.fold import LONGEST_WORD, MOST_BYTES, fold
from chatapp.conversations.finding.query import MOST_TERMS, Term, parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zürich STRASSE Straße café", "zurich strasse strasse cafe"),
        ("don't foo_bar v1.5-rc", "don t foo bar v1 5 rc"),
        ("Ёлка, Москва!", "елка москва"),
        ("全文検索と", "全 文 検 索 と"),
        ("ｶﾞﾅ がか ガナ", "ガ ナ が か ガ ナ"),
        ("오류 메시지", "오 류 메 시 지"),
        ("中文abc文", "中 文 abc 文"),
        ("b\u00adut \u200bﬁne ½", "but fine 1 2"),
        ("İstanbul", "istanbul"),
        ("\x00 ??? — “”", ""),
    ],
)
def test_words_are_folded(text, words):
    assert fold(text) == words
    assert fold(unicodedata.normalize("NFD", text)) == words


@given(st.text(max_size=300))
def test_folding_gives_words_and_spaces_and_nothing_else(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not any(unicodedata.category(c)[0] in "CPSZ" for c in folded.replace(" ", ""))
    assert not set(folded) & set("§\"'&|!():*\\_")


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_what_is_written_is_found_by_itself(word, other):
    """The words of a text are the words of it beside others, so a query for it finds it."""
    beside = fold(f"{other}, {word}, {other}")
    assert beside == " ".join(f"{fold(other)} {fold(word)} {fold(other)}".split())


def test_long_texts_and_words_are_bounded():
    assert len(fold("х" * 1000)) == LONGEST_WORD
    assert len(fold(" ".join(f"ก{n:020}" for n in range(30_000))).encode()) <= MOST_BYTES


def test_a_long_text_is_parted_between_words_only():
    words = [f"word{n}" for n in range(9000)]
    assert fold(" ".join(words)).split() == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("leap years", [Term(("leap",)), Term(("years",), prefix=True)]),
        ('"leap years"', [Term(("leap", "years"))]),
        ('"leap years', [Term(("leap", "years"))]),
        ("years in:title", [Term(("years",), prefix=True)]),
        ("全文検索", [Term(("全", "文", "検", "索"))]),
        ("don't", [Term(("don", "t"))]),
        ("c", [Term(("c",))]),
        ("http://x.org/a tag:", [Term(("http", "x", "org", "a")), Term(("tag",), prefix=True)]),
        ("is:lost before:soon", [Term(("is", "lost")), Term(("before", "soon"), prefix=True)]),
    ],
)
def test_a_query_is_read(text, terms):
    assert parse(text).terms == terms


def test_filters_are_read():
    query = parse(
        'tag:"Über uns" TAG:x in:title has:code is:pinned is:SHARED before:2026-03 after:2025 before:2027'
    )
    assert query.tags == ["uber uns", "x"]
    assert (query.in_title, query.has_code, query.kinds) == (True, True, {"pinned", "shared"})
    assert (str(query.before)[:10], str(query.after)[:10]) == ("2026-03-01", "2025-01-01")
    assert query.terms == []


@given(st.text(max_size=600))
def test_any_text_is_a_query(text):
    query = parse(text)
    assert len(query.terms) <= MOST_TERMS
    assert all(term.words and all(term.words) for term in query.terms)
