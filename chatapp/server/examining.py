"""What `manage.py doctor` looks at beside the checks of the health page: the set-up, and what takes longer.

As those, each check gives a finding, asks nothing of the model and changes nothing. Only a terminal shows these,
so they speak English.
"""

import datetime
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from chatapp.audit.models import Entry
from chatapp.audit.verify import verify
from chatapp.conversations.models import Message
from chatapp.upkeep import postgres
from chatapp.upkeep.trouble import NoProgram

from .checks import BROKEN, GOOD, LOOK, Finding

SHORT_KEY = 50  # characters
CLOCKS_MAY_DIFFER = datetime.timedelta(seconds=30)
_HERE = ("127.0.0.1", "localhost", "::1")
_ACCOUNT = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{30,}")


def secret_key() -> Finding:
    if len(settings.SECRET_KEY) < SHORT_KEY or len(set(settings.SECRET_KEY)) < 10:
        return Finding(
            "Secret key", BROKEN, "SECRET_KEY is short enough to be guessed.",
            "Remove it, and one is made in the data folder; or set 60 random characters. Everybody signs in anew.",
        )  # fmt: skip
    return Finding("Secret key", GOOD, "Long enough.")


def debug() -> Finding:
    if settings.DEBUG:
        return Finding("Debug", BROKEN, "DEBUG shows the inside of the program to everybody.", "Unset DEBUG.")
    return Finding("Debug", GOOD, "Off.")


def address() -> Finding:
    """By which address people come."""
    name = "Address"
    if not settings.SITE_URL:
        if settings.HOST in _HERE:
            return Finding(name, GOOD, "None is set: only this machine is served.")
        return Finding(
            name, BROKEN, f"HOST is {settings.HOST}, but SITE_URL is not set: other machines are turned away.",
            "Set SITE_URL to the address that people type.",
        )  # fmt: skip
    if not settings.HTTPS and urlsplit(settings.SITE_URL).hostname not in _HERE:
        return Finding(
            name, LOOK, f"{settings.SITE_URL} is not encrypted: passwords and chats can be read on the way.",
            "Put a proxy with a certificate before it, and set SITE_URL=https://… and BEHIND_PROXY=true.",
        )  # fmt: skip
    return Finding(name, GOOD, f"{settings.SITE_URL}.")


def permissions() -> Finding:
    """Whether others on this machine can read what is secret."""
    open_ones = [path for path in _private() if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    folder = Path(settings.DATA_DIR)
    # Nobody gets at a file through a folder that is closed.
    if open_ones and folder.exists() and not stat.S_IMODE(folder.stat().st_mode) & 0o011:
        open_ones = [path for path in open_ones if folder not in path.parents]
    if not open_ones:
        return Finding("File permissions", GOOD, "Others on this machine cannot read the data.")
    bad = any(path.name == "secret_key" for path in open_ones)
    names = ", ".join(str(path) for path in open_ones)
    return Finding(
        "File permissions", BROKEN if bad else LOOK, f"Others on this machine can read {names}.",
        f"chmod -R go= {' '.join(map(str, open_ones))}",
    )  # fmt: skip


def credentials() -> Finding:
    """The form of the model's credentials; whether they hold, check_model asks."""
    name = "Credentials"
    if settings.OPENAI_BASE_URL or not settings.CLOUDFLARE_ACCOUNT_ID:
        return Finding(name, GOOD, "None of Cloudflare's are used.")
    odd = []
    if not _ACCOUNT.fullmatch(settings.CLOUDFLARE_ACCOUNT_ID):
        odd.append("CLOUDFLARE_ACCOUNT_ID is not 32 hexadecimal digits")
    if not _TOKEN.fullmatch(settings.CLOUDFLARE_AUTH_TOKEN):
        odd.append("CLOUDFLARE_AUTH_TOKEN does not look like a token")
    if odd:
        words = "; ".join(odd) + "."
        return Finding(name, LOOK, words, "Copy them anew, then run `python manage.py check_model`.")
    return Finding(name, GOOD, "Account and token look as such. `python manage.py check_model` asks the model.")


def integrity() -> Finding:
    """Whether the database is whole, as far as it says so itself."""
    name = "Whole database"
    if connection.vendor != "sqlite":
        return Finding(name, GOOD, "PostgreSQL watches over its own files; a backup reads every row.")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(3)")
        said = [row[0] for row in cursor.fetchall()]
    if said == ["ok"]:
        return Finding(name, GOOD, "SQLite finds nothing wrong.")
    return Finding(
        name, BROKEN, f"The file is damaged: {'; '.join(said)}.",
        "Stop the server, keep the file, and `python manage.py restore` the newest backup. Check the disk.",
    )  # fmt: skip


def audit_log() -> Finding:
    verdict = verify()
    if verdict.broken is not None:
        return Finding(
            "Audit log", BROKEN, f"Row {verdict.broken} does not fit. {verdict.sentence}",
            "Somebody, or a fault, changed the database past the program. Compare with the newest backup.",
        )  # fmt: skip
    return Finding("Audit log", GOOD, f"Whole: {verdict.count:,} rows.")


def clock() -> Finding:
    """Against the database's clock, and against what was stored by it."""
    name, what = "Clock", "Have the machine's clock set by the network (timedatectl set-ntp true)."
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        if abs(theirs - timezone.now()) > CLOCKS_MAY_DIFFER:
            words = f"This machine says {now:%Y-%m-%d %H:%M:%S}, the database's {theirs:%Y-%m-%d %H:%M:%S} UTC."
            return Finding(name, BROKEN, words, what)
    newest = [
        *Entry.objects.order_by("-number").values_list("at", flat=True)[:1],
        *Message.objects.order_by("-pk").values_list("created", flat=True)[:1],
    ]
    if any(at - now > CLOCKS_MAY_DIFFER for at in newest):
        words = f"It says {now:%Y-%m-%d %H:%M} UTC, but something was stored at {max(newest):%Y-%m-%d %H:%M}."
        return Finding(name, BROKEN, words, what)
    return Finding(name, GOOD, f"{now:%Y-%m-%d %H:%M} UTC.")


def programs() -> Finding:
    """What backups need."""
    if connection.vendor == "sqlite":
        return Finding("Backup programs", GOOD, "None is needed for SQLite.")
    try:
        path, *_others = [postgres.program(name) for name in ("pg_dump", "pg_restore", "psql")]
    except NoProgram as missing:
        words, _, what = str(missing).partition(". ")
        return Finding("Backup programs", LOOK, f"{words}.", what)
    return Finding("Backup programs", GOOD, f"{path} and its like.")


def room_for_backups() -> Finding:
    folder = Path(settings.BACKUP_DIR)
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        needed = cursor.fetchone()[0]
    words = f"{free / 1e9:,.1f} GB free in {there}; a copy needs up to {needed / 1e9:,.1f} GB."
    if free < needed:
        return Finding("Room for backups", BROKEN, words, "Free some space, or set BACKUP_DIR to another disk.")
    return Finding("Room for backups", GOOD, words)


def _private() -> Iterator[Path]:
    folder = Path(settings.DATA_DIR)
    yield folder / "secret_key"
    if connection.vendor == "sqlite":
        yield Path(str(connection.settings_dict["NAME"]))
    yield Path(settings.BACKUP_DIR)


EXAMINED: tuple[Callable[[], Finding], ...] = (
    debug,
    secret_key,
    address,
    permissions,
    credentials,
    integrity,
    audit_log,
    clock,
    programs,
    room_for_backups,
)
