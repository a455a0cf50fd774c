"""What a question is about, found by crossing out the words that only ask."""

from __future__ import annotations

import re

_ASKING_WORDS = """
a about all am an and any are as at be been but by can compare could describe detail did difference
differences do does example examples explain few find for from function get give go had has have how i if in
into is it its just know let lets like list little make many may me might more most much my need of on one
or our out please program sentence sentences short should show so some something steps table tell than that
the their them then there these they this those through to two up us use using very want was way we were
what when where which who why will with words would write you your what's how's let's it's who's where's i'm
don't
"""
_ASKING = frozenset(_ASKING_WORDS.split())
COMPARE = re.compile(r"\b(compare|versus|vs\.?|difference|differences|table|pros and cons)\b", re.I)
"""A question that sets two things side by side."""

_WORD = re.compile(r"[^\W_][\w'’+#-]*")


def words(text: str) -> list[str]:
    """The words of a text that say what it is about, in order, as written."""
    return [w for w in _WORD.findall(text) if w.lower().replace("’", "'") not in _ASKING]


def of(question: str) -> str:
    """A few words naming the topic; "your question" when there is nothing to name."""
    found: list[str] = []
    for word in words(question[:2000]):
        if word.lower() not in (f.lower() for f in found):
            found.append(word)
        if len(found) == 4:
            break
    return " ".join(found) if found else "your question"


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
