"""Words as search compares them: without case, accents and width; each Chinese, Japanese or Korean sign a word.

Both databases are given nothing but these words with a space between them, so neither has an opinion of its own
about what a word is, and both find the same.
"""

import re
import unicodedata

MOST_CHARS = 400_000  # of a text; what comes after is not searched
MOST_BYTES = 900_000  # of a folded text: PostgreSQL takes no megabyte of different words
LONGEST_WORD = 64  # characters; longer ones (keys, encoded files) are cut alike in text and query
_PIECE = 8_000  # characters folded at a time: no call holds the interpreter for long

# Voicing marks: か and が are different signs, unlike e and é.
_KEPT_MARKS = "\u3099\u309a"
_SIGNS = (
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # 々〆〇
    (0x3040, 0x30FF),  # kana
    (0x3100, 0x312F),  # bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),  # kana, historical
    (0x20000, 0x3FFFF),
)
_SPACE = re.compile(r"\s")


def is_sign(character: str) -> bool:
    """Whether it is a word by itself."""
    code = ord(character)
    return code >= 0x2E80 and any(low <= code <= high for low, high in _SIGNS)


class _Becomes(dict[int, str]):
    """What a character of a normalised text becomes: itself, a space, nothing, or itself between spaces."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if is_sign(character) and character.isalnum():
            found = f" {character} "
        elif character.isalnum() or unicodedata.category(character)[0] == "M":
            found = character  # vowel signs of Indian scripts are marks, and part of the word
        elif unicodedata.category(character) == "Cf":
            found = ""  # soft hyphens, joiners, directions
        else:
            found = " "
        self[code] = found
        return found


class _Unmarked(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        drop = unicodedata.combining(character) and character not in _KEPT_MARKS
        self[code] = found = None if drop else character
        return found


_becomes = _Becomes()
_unmarked = _Unmarked()


def fold(text: str) -> str:
    """The words of `text`, one space between them; "" if it has none."""
    words: list[str] = []
    size = 0
    for piece in _pieces(text[:MOST_CHARS]):
        for word in _fold(piece):
            size += len(word.encode()) + 1
            if size > MOST_BYTES:
                return " ".join(words)
            words.append(word)
    return " ".join(words)


def _fold(text: str) -> list[str]:
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", text).casefold()
        # Folding the case may bring a mark anew (ΐ), which is decomposed once more.
        text = unicodedata.normalize("NFKD", text).translate(_unmarked)
        text = unicodedata.normalize("NFKC", text)
    return [word[:LONGEST_WORD] for word in text.translate(_becomes).split()]


def _pieces(text: str) -> list[str]:
    """`text` in parts that end between words, if it has a place to part."""
    pieces, start = [], 0
    while len(text) - start > _PIECE:
        space = _SPACE.search(text, start + _PIECE, start + 2 * _PIECE)
        end = space.start() if space else start + 2 * _PIECE
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
