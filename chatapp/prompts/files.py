"""A version as a Markdown file with front matter, and back: the same again, to the character.

    ---
    chatapp-prompt: 1
    slug: "support-answer"
    name: "Support answer"
    …
    ---
    You answer the customers of …

Each line of the front matter is YAML whose value is written as JSON, so that any reader of YAML takes it and
nothing has to be guessed here. Labels, authors and times are not in it: what is brought in is a new version, saved
by whoever brings it in and published by nobody.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from .content import Content, InvalidContent, content, of
from .models import Prompt, Version

MARK, FORMAT = "chatapp-prompt", 1
FENCE = "---\n"
LINE = re.compile(r"([a-z-]+):[ \t]*(.*)")
KNOWN = {MARK, "slug", "name", "description", "tags", "note", "variables", "settings"}
MOST_FILES = 2000
MOST_BYTES = 32 * 1024 * 1024  # of all files of a ZIP together, unpacked
LARGEST = 1024 * 1024  # of one file
# The same files give the same ZIP.
MOMENT = (2000, 1, 1, 0, 0, 0)


class Unreadable(ValueError):
    """A file that is no prompt; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one file says."""

    slug: str
    name: str
    description: str
    tags: tuple[str, ...]
    note: str
    content: Content


def write(prompt: Prompt, version: Version) -> str:
    said = of(version)
    front: dict[str, Any] = {
        MARK: FORMAT,
        "slug": prompt.slug,
        "name": prompt.name,
        "description": prompt.description,
        "tags": prompt.tags,
        "note": version.note,
        "variables": [one.stored() for one in said.variables],
        "settings": said.settings,
    }
    lines = [f"{key}: {orjson.dumps(value).decode()}\n" for key, value in front.items()]
    return FENCE + "".join(lines) + FENCE + said.text


def file_name(prompt: Prompt, version: Version) -> str:
    return f"{prompt.slug}-{version.number}.md"


def pack(versions: Iterable[Version]) -> bytes:
    """A ZIP with a folder for each prompt, its versions in order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for version in versions:
            place = f"{version.prompt.slug}/{version.number:04}.md"
            archive.writestr(zipfile.ZipInfo(place, MOMENT), write(version.prompt, version), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files of a ZIP by name, or of the one file. Raises Unreadable."""
    if not data.startswith(b"PK"):
        return [(name, data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
            if len(inside) > MOST_FILES:
                raise Unreadable(_("At most %(most)s files are possible in a ZIP.") % {"most": f"{MOST_FILES:,}"})
            found, left = [], MOST_BYTES
            for info in inside:
                with archive.open(info) as file:  # what it says of its size is not believed
                    read = file.read(min(left, LARGEST) + 1)
                left -= len(read)
                if left < 0:
                    raise Unreadable(_("The files of this ZIP are too large together."))
                found.append((info.filename, read))
            return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Unreadable(_("This ZIP file is damaged, or needs a password.")) from error


def read(data: bytes) -> Leaf:
    """Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(_("It is larger than one megabyte."))
    try:
        words = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unreadable(_("It is not text in UTF-8.")) from None
    if not words.startswith(FENCE) or (end := words.find("\n" + FENCE, len(FENCE) - 1)) < 0:
        raise Unreadable(_("It does not begin with front matter between two lines of three hyphens."))
    front = _front(words[len(FENCE) : end + 1])
    if front.get(MARK) != FORMAT:
        raise Unreadable(_("Its front matter does not say “%(mark)s: 1”.") % {"mark": MARK})
    try:
        said = content(
            {
                "text": words[end + 1 + len(FENCE) :],
                "variables": front.get("variables", []),
                "settings": front.get("settings", {}),
            }
        )
    except InvalidContent as invalid:
        raise Unreadable(" ".join(f"{name}: {words}" for name, words in invalid.errors.items())) from None
    slug, name, description, note = (_text(front, key) for key in ("slug", "name", "description", "note"))
    return Leaf(slug, name, description, _tags(front), note, said)


def _front(lines: str) -> dict[str, Any]:
    front: dict[str, Any] = {}
    for number, line in enumerate(lines.splitlines(), 2):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.rstrip())
        if match is None or match[1] not in KNOWN or match[1] in front:
            raise Unreadable(_("Line %(line)s of its front matter cannot be read.") % {"line": number})
        front[match[1]] = _value(match[2])
    return front


def _value(words: str) -> Any:
    """JSON; else, as people write YAML, the words themselves."""
    try:
        return orjson.loads(words)
    except orjson.JSONDecodeError:
        return words.strip().strip("'\"")


def _text(front: Mapping[str, Any], key: str) -> str:
    value = front.get(key, "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(_("“%(key)s” in its front matter is not text.") % {"key": key})
    return str(value)


def _tags(front: Mapping[str, Any]) -> tuple[str, ...]:
    tags = front.get("tags", [])
    if isinstance(tags, str):
        tags = tags.strip("[]").split(",")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Unreadable(_("“%(key)s” in its front matter is not a list of words.") % {"key": "tags"})
    return tuple(tag.strip() for tag in tags if tag.strip())
