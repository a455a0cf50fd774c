"""What a copy says of itself, as JSON in a file beside it: `chatapp-20260131-031500.sqlite3.json`."""

import datetime
import hashlib
import hmac
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from .contents import Contents
from .trouble import Trouble

FORM = 1
NAME = re.compile(r"chatapp-\d{8}-\d{6}\.(sqlite3|dump)")
ENDINGS = {"sqlite": "sqlite3", "postgresql": "dump"}
# Why a copy was made: by the command, before tables were changed, before another was restored.
ASKED, MIGRATION, RESTORE = "backup", "before-migration", "before-restore"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    kind: str
    made: str  # ISO, UTC
    version: str  # of Chatapp
    engine: str
    engine_version: str
    size: int
    sha256: str
    database: str  # which: a hash of engine, host, port and name
    key: str  # a hash by which the same SECRET_KEY is known again
    contents: Contents

    @property
    def made_at(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.made)

    def write(self, path: Path) -> None:
        """Raises OSError; the file has mode 0600."""
        told = {"chatapp": FORM, **asdict(self)}
        path.touch(0o600)
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def beside(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.json")


def read(copy: Path) -> Manifest:
    """The manifest of a copy. Raises Trouble: there is none, or it is not one of ours."""
    path = beside(copy)
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("chatapp") != FORM:
            raise Trouble(f"{path} was written by a newer version of Chatapp. Restore with that version.")
        told["contents"] = Contents(**told["contents"])
        return Manifest(**told)
    except FileNotFoundError:
        raise Trouble(
            f"There is no {path.name} beside {copy.name}, so this is no backup made by `manage.py backup`, or "
            "only half of one. Copy both files."
        ) from None
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(f"{path} is damaged, or not of Chatapp. Take another backup.") from None


def sha256(path: Path, told: Callable[[int], None] = lambda _bytes: None) -> str:
    """As 64 hex digits; `told` hears how many bytes were read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            told(len(chunk))
    return digest.hexdigest()


def version() -> str:
    """Of this Chatapp."""
    try:
        told = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "unknown"


def this_database() -> str:
    """The same for the same database, so that copies of another are left alone; says nothing of it."""
    about = connection.settings_dict
    where = [connection.vendor, about["HOST"], about["PORT"], about["NAME"]]
    return hashlib.sha256("\0".join(str(part) for part in where).encode()).hexdigest()[:16]


def this_key() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"chatapp backup", "sha256").hexdigest()[:16]
