"""Answers about this product, quoted from its own documents: README.md and docs/*.md."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .topic import words

ROOT = Path(__file__).resolve().parents[3]
_LONGEST = 2400
"""Characters quoted of a section."""
_ENOUGH = 3.0
"""Score below which a section is not an answer."""

_ABOUT_US = re.compile(
    r"\b(chatapp|this (app|chat|product|program|page|server|site)|stand-?in|cloudflare|workers ai|"
    r"CLOUDFLARE_\w+|make (run|test)|settings panel|system prompt|reasoning effort|invite|invitation|"
    r"administrators?|docker|compose|branch(es)? map|branches of (a|this|my) chat|temporary chats?|context meter|"
    r"keyboard shortcuts?|slash commands?|search operators?|answer again|your data|shared links?|"
    r"how (do|can) (i|we|one) (search|export|import|share|pin|archive|fork|tag|edit a question|stop an answer)|"
    r"DATABASE_URL|REDIS_URL|check_model|gpt-oss)\b",
    re.I,
)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class Section:
    file: str
    heading: str
    text: str
    counts: Counter[str]
    title_words: frozenset[str]


def _stem(word: str) -> str:
    lowered = word.lower().strip("'’")
    for ending in ("ing", "ies", "es", "ed", "s"):
        if lowered.endswith(ending) and len(lowered) - len(ending) >= 4:
            return lowered[: -len(ending)]
    return lowered


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in words(text.replace("_", " "))]


def split(file: str, text: str) -> list[Section]:
    """The sections of a Markdown document; headings inside code fences are not headings."""
    found: list[Section] = []
    lines: list[str] = []
    heading, fenced = file, False

    def close() -> None:
        body = "\n".join(lines).strip()
        if body:
            found.append(Section(file, heading, body, Counter(_stems(body)), frozenset(_stems(heading))))

    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line)
        if match is None:
            lines.append(line)
        else:
            close()
            heading, lines = match[2], []
    close()
    return found


_read: dict[Path, tuple[float, list[Section]]] = {}


def sections(root: Path = ROOT) -> list[Section]:
    """All sections of the documents there are; a file is read again when it has changed."""
    found: list[Section] = []
    documents = [path for path in sorted((root / "docs").glob("*.md")) if "." not in path.stem]  # no translations
    for path in [root / "README.md", *documents]:
        try:
            changed = path.stat().st_mtime
            if _read.get(path, (None,))[0] != changed:
                text = path.read_text(encoding="utf-8", errors="replace")
                _read[path] = (changed, split(str(path.relative_to(root)), text))
        except OSError:
            continue
        found += _read[path][1]
    return found


def _score(section: Section, asked: set[str], rarity: dict[str, float]) -> float:
    score = 0.0
    for word in asked:
        if word in section.title_words:
            score += 3 * rarity[word]
        count = section.counts[word]
        if count:
            score += rarity[word] * (1 + math.log(count)) / 2
    return score


def best(question: str, found: list[Section]) -> Section | None:
    """The section that shares most with the question, rare words counting more; None if none does enough."""
    asked = set(_stems(question)) - {"chatapp"}
    if not asked or not found:
        return None
    rarity = {}
    for word in asked:
        holders = sum(1 for s in found if s.counts[word] or word in s.title_words)
        rarity[word] = math.log(1 + len(found) / (1 + holders))
    scored = [(_score(section, asked, rarity), -index) for index, section in enumerate(found)]
    score, place = max(scored)
    return found[-place] if score >= _ENOUGH else None


def reply(question: str, root: Path = ROOT) -> str | None:
    """What the documents say, with the file named; None when the question is not about the product."""
    if not _ABOUT_US.search(question):
        return None
    found = best(question, sections(root))
    if found is None:
        return None
    text = found.text
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit("\n", 1)[0]
        if text.count("```") % 2:
            text += "\n```"
        text += "\n\n…"
    return f"From `{found.file}`, section **{found.heading}**:\n\n{text}"
