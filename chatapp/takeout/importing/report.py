"""What was counted, and what was left out and why: the dry run's result, and the import's."""

from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext_lazy as _

from .chat import clean

EXAMPLES = 5  # of each kind on the page; the list has them all
LONGEST_LIST = 16 * 1024 * 1024  # bytes

# kind → (what is left out, why). The order is that of the page.
KINDS = {
    "unfit": (_("Conversations"), _("They cannot be read.")),
    "empty": (_("Conversations"), _("No message is left to import.")),
    "twice": (_("Conversations"), _("They stand in the file twice; the first is taken.")),
    "trash": (_("Conversations"), _("You have deleted them here. Restore them from the trash.")),
    "attachment": (_("Attached files"), _("Files cannot be imported; their names stand in this list.")),
    "image": (_("Images"), _("Images cannot be imported.")),
    "audio": (_("Recordings and videos"), _("Only their written words are imported, where there are any.")),
    "tool": (_("Messages of tools"), _("They are what a tool answered, not what was said.")),
    "call": (_("Calls of tools"), _("They are what the model told a tool, not what it told you.")),
    "hidden": (_("Hidden messages"), _("They were not shown to you there either.")),
    "system": (_("System messages"), _("They are instructions of the service, not part of the conversation.")),
    "context": (
        _("Custom instructions and memories"),
        _("They belong to your account there; a chat here has settings."),
    ),
    "recap": (_("Notes such as “Thought for 5 s”"), _("They hold no text of their own.")),
    "blank": (_("Empty messages"), _("There is nothing in them.")),
    "long": (_("Messages"), _("They are longer than 1,000,000 characters.")),
    "unknown": (_("Messages of an unknown kind"), _("This version does not know how to read them.")),
    "receipt": (_("Receipts of answers"), _("They are incomplete or changed; the answers are imported.")),
    "settings": (_("Settings of conversations"), _("They are none that this version knows.")),
}


class Report:
    """Counts; every skip also becomes a line of the list, if one is open."""

    def __init__(self, listing: TextIO | None = None):
        self.conversations = self.messages = self.here = 0
        self._skips: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}
        self._listing = listing
        self._listed = 0

    def skip(self, kind: str, where: str, what: str = "", count: int = 1) -> None:
        """`where`: the conversation and its place; `what`: which thing in it, if that has a name."""
        self._skips[kind] += count
        line = clean(" ".join(f"{where}: {what}".split()) if what else where)
        examples = self._examples.setdefault(kind, [])
        if len(examples) < EXAMPLES and line not in examples:
            examples.append(line[:300])
        if self._listing and self._listed < LONGEST_LIST:
            many = f" ({count})" if count > 1 else ""
            self._listed += self._listing.write(f"{KINDS[kind][0]}{many}\t{line[:1000]}\n")

    @property
    def found(self) -> int:
        """Conversations looked at that are, or would be, here afterwards."""
        return self.conversations + self.here

    def told(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {
            "conversations": self.conversations,
            "messages": self.messages,
            "here": self.here,
            "skips": [
                {"kind": kind, "count": self._skips[kind], "examples": self._examples[kind]}
                for kind in KINDS
                if self._skips[kind]
            ],
        }


def in_words(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The skips of a stored report with their words."""
    return [
        {"what": KINDS[skip["kind"]][0], "why": KINDS[skip["kind"]][1], **skip}
        for skip in told.get("skips", [])
        if skip["kind"] in KINDS
    ]


def listing_path(folder: Path, key: object) -> Path:
    return folder / f"{key}.skips.txt"
