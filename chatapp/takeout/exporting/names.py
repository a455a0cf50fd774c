"""File names that people can read and every system takes."""

import re
import unicodedata

from chatapp.conversations.models import Conversation

LONGEST = 80  # characters
LONGEST_BYTES = 180  # most systems stop at 255, and a number and an ending may come after it
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
# Windows keeps these for devices, whatever ending follows.
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def safe(title: str) -> str:
    """A title as the stem of a file name; never empty, no path, nothing hidden or turned around."""
    text = unicodedata.normalize("NFC", title)
    # Cf: marks that turn the direction of reading can make "exe.txt" out of "txt.exe".
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Zl", "Zp"))
    text = " ".join(FORBIDDEN.sub(" ", text).split())[:LONGEST]
    text = text.encode()[:LONGEST_BYTES].decode(errors="ignore").strip(". ")
    if DEVICE.match(text):
        text = f"_{text}"
    return text or "Chat"


def stem(conversation: Conversation) -> str:
    """`2026-04-03 Leap years`."""
    return f"{conversation.created:%Y-%m-%d} {safe(conversation.title)}"


class Unique:
    """Numbers the names that come twice; systems that do not tell case apart count as the same name."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def name(self, stem: str, ending: str) -> str:
        folded = stem.casefold()
        count = self._seen[folded] = self._seen.get(folded, 0) + 1
        return f"{stem}.{ending}" if count == 1 else self.name(f"{stem} ({count})", ending)
