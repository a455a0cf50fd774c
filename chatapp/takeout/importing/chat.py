"""What every format is read into: conversations as they will be written."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

LONGEST_TEXT = 1_000_000  # characters of one message
MOST_MESSAGES = 20_000  # of one conversation


class Unfit(Exception):
    """This conversation cannot be taken; `str()` is the sentence why."""


@dataclass(slots=True)
class Said:
    """A message; `parent` is its place in the list, or None. Parents come before their children."""

    key: UUID
    parent: int | None
    role: str
    text: str
    created: datetime.datetime
    reasoning: str = ""
    weight: str = "auto"
    name: str = ""
    copy_of: UUID | None = None
    replies: list[dict[str, Any]] = field(default_factory=list)  # columns of Reply, `key` among them


@dataclass(slots=True)
class Shelf:
    """A folder that a conversation lies in."""

    key: UUID
    name: str
    settings: dict[str, Any]
    created: datetime.datetime


@dataclass(slots=True)
class Chat:
    key: UUID
    origin: str  # as it will be stored, unless the keys are taken and have to be new
    identity: str  # by which the same conversation is known again
    title: str
    title_by: str
    created: datetime.datetime
    updated: datetime.datetime
    messages: list[Said]
    leaf: int | None
    settings: dict[str, Any] = field(default_factory=dict)
    folder: Shelf | None = None
    tags: list[str] = field(default_factory=list)
    answered_at: datetime.datetime | None = None
    read_at: datetime.datetime | None = None
    pinned_at: datetime.datetime | None = None
    archived_at: datetime.datetime | None = None
    summaries: list[dict[str, Any]] = field(
        default_factory=list
    )  # columns of Summary; `upto` is a place in the list


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


EARLIEST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
A_DAY = datetime.timedelta(days=1)  # clocks may differ


def in_time(moment: datetime.datetime) -> bool:
    """Whether something can have happened then: not before 1970, nor later than tomorrow."""
    return EARLIEST <= moment <= timezone.now() + A_DAY
