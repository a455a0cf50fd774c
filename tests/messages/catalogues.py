"""The catalogues: the .po that people write, and what is made from it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.messages.sources import ROOT, Text

LOCALE = ROOT / "chatapp" / "locale"
SCRIPTS = ROOT / "static" / "js" / "texts"
# What the page's scripts say: their own texts, and the sentences that come in frames.
IN_FRAMES = ("chatapp/workersai/errors.py", "chatapp/conversations/orphans.py", "chatapp/conversations/reply.py")


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def mo(language: str) -> Path:
    return po(language).with_suffix(".mo")


def script(language: str) -> Path:
    return SCRIPTS / f"{language}.js"


def load(language: str) -> Catalog:
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def with_texts(catalogue: Catalog, texts: Iterable[Text]) -> Catalog:
    """The catalogue of exactly these texts, with the translations that it had."""
    wanted = Catalog(locale=catalogue.locale)
    for text in texts:
        # A text that is somewhere a plural is one everywhere: its first form is looked up all the same.
        known = wanted.get(text.key[1], text.context)
        words = known.id if known is not None and isinstance(text.words, str) else text.words
        old = catalogue.get(text.key[1], text.context)
        wanted.add(
            words,
            old.string if old is not None and isinstance(old.id, str) == isinstance(words, str) else None,
            locations=[(text.path, None)] if not known or (text.path, None) not in known.locations else (),
            flags=old.flags if old is not None else (),
            auto_comments=text.notes,
            user_comments=old.user_comments if old is not None and known is None else (),
            context=text.context,
        )
    return wanted


def untranslated(catalogue: Catalog) -> list[Message]:
    """What has no translation, half of one, or one that somebody is not sure of."""
    return [message for message in catalogue if message.id and (message.fuzzy or not _whole(message))]


def _whole(message: Message) -> bool:
    forms = (message.string,) if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms)


def po_bytes(language: str, catalogue: Catalog) -> bytes:
    """Without dates and line numbers: a change shows what was translated, and nothing else."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, sort_by_file=True, include_lineno=False, omit_header=True)
    # The words at the top, as they stand: Babel would take their indentation away.
    words, _, _ = po(language).read_text(encoding="utf-8").partition('msgid ""')
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in _headers(catalogue))
    return f'{words}msgid ""\nmsgstr ""\n{head}\n'.encode() + out.getvalue()


def mo_bytes(language: str) -> bytes:
    plain = _Plain(locale=language)
    for message in load(language):
        if message.id:
            plain[message.id] = message
    out = io.BytesIO()
    write_mo(out, plain)
    return out.getvalue()


class _Plain(Catalog):
    """With nothing in its head that changes by itself: the same texts make the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return _headers(self)


def _headers(catalogue: Catalog) -> list[tuple[str, str]]:
    return [
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Language", str(catalogue.locale)),
        ("Plural-Forms", catalogue.plural_forms),
    ]


def script_text(language: str) -> str:
    """The module by which a page's scripts learn the language: what they say, and the plural rule."""
    catalogue = load(language)
    said = {}
    for message in catalogue:
        if message.id and any(path.startswith(("static/js/", *IN_FRAMES)) for path, _ in message.locations):
            one = message.id if isinstance(message.id, str) else message.id[0]
            said[f"{message.context}\x04{one}" if message.context else one] = message.string
    made_from = po(language).relative_to(ROOT)
    return (
        f"/** Made by `make messages` from {made_from}; do not edit. */\n\n"
        'import { learn } from "../i18n.js";\n\n'
        f"learn({json.dumps(said, ensure_ascii=False, indent=0)}, (n) => Number{catalogue.plural_expr});\n"
    )
