"""The place in the original text where the words stand, with marks. Escaped first, marked then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .fold import fold, is_sign
from .query import Term

LENGTH = 180  # characters of a snippet
BEFORE = 50  # of them before the first mark
MOST_READ = 60_000  # characters that are looked through for the place
MOST_MATCHES = 1000

# As fold() parts words: signs by themselves, else letters and digits with what is put on or between them.
_WORD = re.compile(
    r"(?:[^\W_]|[\u0300-\u036f\u00ad\u200c\u200d]|(?<=\w)[\u0591-\u06ff\u0900-\u0dff\u0e31-\u0eff])+"
)
_MARKUP = re.compile(r"\*\*|```+\w*|`|~~~+\w*|^#{1,6} |^> ?|(?<=\s)#{1,6} |\|[-:| ]{3,}\|")
_VOICING = "\u3099\u309a\uff9e\uff9f"  # belongs to the sign before it
_BLANK = re.compile(r"\s+")


_Word = tuple[str, int, int]  # folded; from, to in the original


@dataclass(frozen=True, slots=True)
class _Match:
    term: int
    start: int
    end: int


def snippet(text: str, terms: list[Term], *, length: int = LENGTH) -> SafeString | None:
    """The best `length` characters of `text` as HTML; None if none of the words was found in it."""
    matches = _matches(text, terms)
    if not matches:
        return None
    start, end = _window(text, matches, length)
    inside = [m for m in matches if start <= m.start and m.end <= end]
    head = "…" if start else ""
    tail = "…" if end < len(text) else ""
    return mark_safe(head + _marked(text, start, end, inside) + tail)  # noqa: S308 — escaped piece by piece


def beginning(text: str, *, length: int = LENGTH) -> SafeString:
    """The first characters, when no word is to be marked."""
    end = _word_end(text, length)
    return mark_safe(_marked(text, 0, end, []) + ("…" if end < len(text) else ""))  # noqa: S308


def whole(text: str, terms: list[Term]) -> SafeString:
    """All of a short text, a title say, with the marks."""
    return mark_safe(_marked(text, 0, len(text), _matches(text, terms), markup=False))  # noqa: S308


def _marked(text: str, start: int, end: int, matches: list[_Match], *, markup: bool = True) -> str:
    parts, at = [], start

    def plain(piece: str) -> str:
        return escape(_BLANK.sub(" ", _MARKUP.sub("", piece) if markup else piece))

    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if match.start < at:
            continue  # inside one that is marked
        parts.append(plain(text[at : match.start]))
        parts.append(f"<mark>{escape(_BLANK.sub(' ', text[match.start : match.end]))}</mark>")
        at = match.end
    parts.append(plain(text[at:end]))
    return "".join(parts)


def _window(text: str, matches: list[_Match], length: int) -> tuple[int, int]:
    """The stretch that shows most of the terms, and these closest together; the first such one."""
    best, score = matches[0], (0, 0)
    for n, first in enumerate(matches):
        seen: dict[int, int] = {}  # term → where it ends
        for match in matches[n : n + 40]:
            if match.end <= first.start + length - BEFORE:
                seen.setdefault(match.term, match.end)
        shown = (len(seen), first.start - max(seen.values(), default=first.start))
        if shown > score:
            best, score = first, shown
    start = max(0, best.start - BEFORE)
    if start:
        space = re.search(r"\s", text[start : best.start])
        start += space.end() if space else 0
    return start, max(best.end, _word_end(text, start + length))


def _word_end(text: str, end: int) -> int:
    """`end`, or the end of the word before it."""
    if end >= len(text):
        return len(text)
    space = re.search(r"\s\S*$", text[max(0, end - 25) : end])
    return max(0, end - 25) + space.start() if space else end


def _matches(text: str, terms: list[Term]) -> list[_Match]:
    if not terms:
        return []
    start = _roughly(text, terms)
    found: list[_Match] = []
    firsts: dict[str, list[int]] = {}
    for n, term in enumerate(terms):
        firsts.setdefault(term.words[0], []).append(n)
    open_ones = [n for n, term in enumerate(terms) if len(term.words) == 1 and term.prefix]
    ahead = max(len(term.words) for term in terms)
    for run in _runs(_words(text, start, start + MOST_READ), ahead):
        word, begin, _ = run[0]
        for n in {*firsts.get(word, ()), *open_ones}:
            stretch = run[: len(terms[n].words)]
            if _fits([w for w, _, _ in stretch], terms[n]):
                found.append(_Match(n, begin, stretch[-1][2]))
        if len(found) >= MOST_MATCHES or (found and len(terms) == 1 and begin > found[0].start + LENGTH):
            break
    return found


def _runs(words: Iterator[_Word], length: int) -> Iterator[list[_Word]]:
    """Each word with those that follow it, `length` together."""
    run: list[_Word] = []
    for word in words:
        run.append(word)
        if len(run) == length:
            yield run
            run = run[1:]
    while run:
        yield run
        run = run[1:]


def _fits(words: list[str], term: Term) -> bool:
    if len(words) < len(term.words) or words[:-1] != list(term.words[:-1]):
        return False
    last = term.words[-1]
    return words[-1].startswith(last) if term.prefix else words[-1] == last


def _roughly(text: str, terms: list[Term]) -> int:
    """Where to begin to look in a long text: a little before the first word, where that can be told quickly."""
    if len(text) <= MOST_READ:
        return 0
    lower = text.lower()
    if len(lower) != len(text):
        return 0
    places = [place for term in terms if (place := lower.find(term.words[0])) >= 0]
    return max(0, min(places, default=0) - 500)


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    known: dict[str, list[str]] = {}
    for found in _WORD.finditer(text, start, min(end, len(text))):
        written = found[0]
        folded = known.get(written)
        if folded is None:
            folded = known[written] = fold(written).split()
        if len(folded) == 1:
            yield folded[0], found.start(), found.end()
        elif len(folded) > 1:
            yield from _apart(written, found.start())


def _apart(written: str, start: int) -> Iterator[_Word]:
    """A run that folds to several words (signs, or signs beside letters): each with its own place."""
    at = 0
    while at < len(written):
        is_one = _begins_a_sign(written[at])
        end = at + 1
        while end < len(written) and (written[end] in _VOICING if is_one else not _begins_a_sign(written[end])):
            end += 1
        for word in fold(written[at:end]).split():
            yield word, start + at, start + end
        at = end


def _begins_a_sign(character: str) -> bool:
    folded = fold(character)
    return bool(folded) and is_sign(folded[0])
