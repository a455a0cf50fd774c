"""English that a person would see and that goes through no translation: in templates and in the pages' scripts.

What is visible cannot be told for certain. A template's text and its labels can; in a script it is what looks like
a sentence, and any words that are put where they are read or spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.jslexer import Token, tokenize, unquote_string

# Names, which are the same in every language, and what is no word at all.
NAMES = {
    "Chatapp",
    "Markdown",
    "HTML",
    "JSON",
    "UTC",
    "API",
    "PDF",
    "ZIP",
    "SHA",
    "gpt",
    "oss",
    "Deutsch",
    "English",
}
WORD = re.compile(r"[A-Za-z]{2,}")

# ── templates ────────────────────────────────────────────────────────────────────────────────────

PARTS = re.compile(
    r"""(?P<comment>\{\#.*?\#\}|<!--.*?-->|<!doctype[^>]*>|\{%\s*comment.*?endcomment\s*%\})
    |(?P<told>\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\})
    |(?P<tag>\{%.*?%\})
    |(?P<value>\{\{.*?\}\})
    |(?P<element></?[a-zA-Z](?:"(?:\{\{.*?\}\}|\{%.*?%\}|[^"])*"|'(?:\{\{.*?\}\}|\{%.*?%\}|[^'])*'
        |\{\{.*?\}\}|\{%.*?%\}|[^>"'])*>)""",
    re.VERBOSE | re.DOTALL,
)
READ = re.compile(
    r"""\b(?:aria-label|aria-description|title|placeholder|alt|data-says(?:-not)?|data-words-[a-z-]+)
    =("(?:\{\{.*?\}\}|\{%.*?%\}|[^"])*"|'(?:\{\{.*?\}\}|\{%.*?%\}|[^'])*')""",
    re.VERBOSE | re.DOTALL,
)
INSTEAD = re.compile(r"default(?:_if_none)?:(\"[^\"]*\"|'[^']*')|pluralize")
UNREAD = ("script", "style", "svg", "code", "pre", "kbd")
# A block of a page that holds an attribute, its value or an address, and no text.
NO_TEXT = re.compile(r"\{%\s*block\s+(?:\w*_class|referrer|skip_to|code|at_\w+)\s*%\}[^{<]*")


def in_template(source: str) -> Iterator[str]:
    """The words of a template that are said in English whatever the language."""
    source = NO_TEXT.sub("", source)
    unread, at = 0, 0
    for part in PARTS.finditer(source):
        if not unread:
            yield from _words(source[at : part.start()])
        at = part.end()
        text = part.group()
        if part.lastgroup == "value" and not unread:
            yield from _instead(text)
        elif part.lastgroup == "element":
            name = re.match(r"</?([a-zA-Z0-9-]+)", text)[1].lower()  # type: ignore[index]
            if name in UNREAD and not text.endswith("/>"):
                unread += -1 if text.startswith("</") else 1
            for value in READ.finditer(text):
                yield from _words(PARTS.sub(" ", value[1][1:-1]))
                for inner in re.findall(r"\{\{.*?\}\}", value[1]):
                    yield from _instead(inner)
    yield from _words(source[at:])


def _instead(value: str) -> Iterator[str]:
    """What is said in the place of a value that is missing; a plural made by hand."""
    for found in INSTEAD.finditer(value):
        words = found[1][1:-1] if found[1] else found[0]
        if " " in words or words[:1].isupper() or words == "pluralize":
            yield from _words(words)


def _words(text: str) -> Iterator[str]:
    if any(word not in NAMES for word in WORD.findall(re.sub(r"&\w+;", " ", text))):
        yield " ".join(text.split())


# ── scripts ──────────────────────────────────────────────────────────────────────────────────────

SENTENCE = re.compile(r"[A-Z“][^\s]*[a-z][^\s]*( .*[a-z].*|.*[.…!?])$|[A-Z][a-z]+ [a-z].*", re.DOTALL)
SPOKEN = {"toast", "announce", "alertAll", "confirm", "alert"}
SHOWN = {"textContent", "title", "placeholder", "ariaLabel"}
# Names of keys and of things of the browser, which are compared with and not shown.
KEYS = {"Escape", "Enter", "Tab", "Control", "Shift", "Alt", "Meta", "AltGraph", "Esc", "Ctrl"}


def in_script(source: str) -> Iterator[str]:
    """The strings of a script that look as if people read them, and are in no `t`, `tn` or `tc`."""
    tokens = [
        token
        for token in tokenize(source, template_string=True)
        if token.type not in ("linecomment", "multilinecomment")
    ]
    for at, token in enumerate(tokens):
        if token.type == "string":
            words = unquote_string(token.value)
            if (
                words not in KEYS
                and words not in NAMES
                and _is_read(words, tokens, at)
                and not _is_told(tokens, at)
            ):
                yield words
        elif token.type == "template_string":
            text = re.sub(r"<[^>]*>", " ", re.sub(r"\$\{[^}]*\}", "X", token.value.strip("`")))
            if re.search(r"\b[A-Z][a-z]+ [a-z]{2,}|\b[a-z]{3,} [a-z]{2,}\b.*[.…?]", text):
                yield " ".join(text.split())


def _is_read(words: str, tokens: list[Token], at: int) -> bool:
    if not WORD.search(words) or re.fullmatch(r"[a-z]+(-[a-z]+)+", words):
        return False
    if SENTENCE.match(words):
        return True
    before = [token.value for token in tokens[max(0, at - 4) : at]]
    if before[-1:] == ["("] and before[-2:-1] and before[-2] in SPOKEN:
        return True
    if before[-1:] in (["="], [":"]) and before[-2:-1] and before[-2].rpartition(".")[2] in SHOWN:
        return True
    return before[-1:] == [","] and before[-2:-1] in (['"aria-label"'], ['"title"'], ['"placeholder"'])


def _is_told(tokens: list[Token], at: int) -> bool:
    """Whether it stands among the words of a call of `t`, `tn` or `tc`."""
    while at > 0 and (tokens[at - 1].type == "string" or tokens[at - 1].value == ","):
        at -= 1
    return at > 1 and tokens[at - 1].value == "(" and tokens[at - 2].value in ("t", "tn", "tc")


def report(paths: list[Path], look: object) -> list[str]:
    return [f"{path.name}: {words}" for path in paths for words in look(path.read_text(encoding="utf-8"))]  # type: ignore[operator]
