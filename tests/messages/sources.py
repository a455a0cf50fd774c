"""Where the texts are: templates, Python and JavaScript, each read by its own grammar."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "translatable"))
PYTHON |= dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
PYTHON |= dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
PYTHON |= dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
SCRIPT = {"t": None, "tn": (1, 2), "tc": ((1, "c"), 2)}
TEMPLATES = ("*.html", "*.txt")


class Text(NamedTuple):
    """One text as it is written somewhere."""

    words: str | tuple[str, str]  # one form, or the singular and the plural
    context: str | None
    path: str
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.words if isinstance(self.words, str) else self.words[0]


def python_files() -> list[Path]:
    rooms = (ROOT / "chatapp").rglob("*.py")
    return sorted(path for path in rooms if not {"migrations", "standin"} & set(path.parts))


def templates() -> list[Path]:
    return sorted(path for kind in TEMPLATES for path in (ROOT / "templates").rglob(kind))


def scripts() -> list[Path]:
    return sorted(path for path in (ROOT / "static" / "js").rglob("*.js") if path.parent.name != "texts")


def texts() -> Iterator[Text]:
    """All that is said, in the order of the files."""
    for path in python_files():
        yield from _read(path, "python", path.read_bytes(), PYTHON)
    for path in templates():
        yield from _read(path, "python", as_python(path.read_text(encoding="utf-8")), PYTHON)
    for path in scripts():
        yield from _read(path, "javascript", path.read_bytes(), SCRIPT)


def as_python(template: str) -> bytes:
    """Django's own reading of a template, as calls; without indentation, which would mean something in Python."""
    return "\n".join(line.strip() for line in templatize(template).splitlines()).encode()


def _read(path: Path, kind: str, source: bytes, calls: dict) -> Iterator[Text]:
    found = extract(kind, io.BytesIO(source), calls, ("Translators:",), {"encoding": "utf-8"})
    for _line, words, notes, context in found:
        yield Text(words, context, path.relative_to(ROOT).as_posix(), tuple(notes))
