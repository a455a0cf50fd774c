"""The help page from the documents: docs/guide.md, or docs/guide.<language>.md, in sections.

One text for those who read the documents, those who read the help page, and the stand-in, which answers from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, override
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs"

_markdown = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class Guide:
    title: str
    language: str
    sections: tuple[Section, ...]


def guide(places: dict[str, str]) -> Guide:
    """The guide in the reader's language, else in English.

    `places`: addresses of pages by their English names; the guide has these in bold, in its own language.
    """
    language = get_language() or "en"
    path = FOLDER / f"guide.{language}.md"
    if not path.exists():
        path, language = FOLDER / "guide.md", "en"
    with override(language):
        named = tuple((gettext(name), address) for name, address in places.items())
    return _read(path, path.stat().st_mtime_ns, language, named)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int, language: str, places: tuple[tuple[str, str], ...]) -> Guide:
    tokens = _markdown.parse(path.read_text(encoding="utf-8"))
    for token in tokens:
        if token.children:
            token.children = list(_with_links(token.children, dict(places)))
        if token.type == "table_open":
            token.attrs["class"] = "facts-table"
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    ends = [*starts[1:], len(tokens)]
    sections = []
    for start, end in zip(starts, ends, strict=True):
        title = tokens[start + 1].content
        html = _markdown.renderer.render(tokens[start + 3 : end], _markdown.options, {})
        anchor = slugify(title, allow_unicode=True)
        sections.append(Section(anchor, title, mark_safe(html)))  # noqa: S308 - our own document
    return Guide(tokens[1].content, language, tuple(sections))


def _with_links(tokens: list[Token], places: dict[str, str]) -> Iterator[Token]:
    """Bold names of pages lead there."""
    for at, token in enumerate(tokens):
        name = tokens[at + 1].content if token.type == "strong_open" else tokens[at - 1].content
        address = places.get(name) if token.type in ("strong_open", "strong_close") else None
        if address is None:
            yield token
        elif token.type == "strong_open":
            yield Token("link_open", "a", 1, attrs={"href": address})
        else:
            yield Token("link_close", "a", -1)
