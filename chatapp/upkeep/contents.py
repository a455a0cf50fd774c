"""What is in a database, by its rows and not by today's models: a copy may be of another version."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from chatapp.audit.chain import GENESIS
from chatapp.audit.models import Entry
from chatapp.audit.verify import why_not

# What `execute` of sqlite3 and of psycopg have in common: a statement in, rows out.
Execute = Callable[[str], Any]
MIGRATIONS, LOG, HEAD = "django_migrations", "audit_entry", "audit_head"
# In this order they are named; all others are counted, too.
MAIN = {
    "accounts_user": "members",
    "conversations_conversation": "conversations",
    "conversations_message": "messages",
    "prompts_version": "versions of prompts",
    LOG: "entries of the audit log",
}
_COLUMNS = (
    "number", "at", "actor_id", "actor_name", "actor_email", "action", "subject_type", "subject_key",
    "subject_label", "reason", "detail", "previous", "hash",
)  # fmt: skip
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Contents:
    rows: dict[str, int] = field(default_factory=dict)  # by table
    migrations: list[str] = field(default_factory=list)  # "app.name"
    audit_rows: int = 0
    audit_last: str = GENESIS
    audit_wrong: str = ""  # why the chain does not hold

    @property
    def told(self) -> str:
        named = [f"{self.rows[table]:,} {words}" for table, words in MAIN.items() if table in self.rows]
        return ", ".join(named) or "nothing of Chatapp's"


def model_tables() -> list[str]:
    """The tables of today's models, and the list of migrations."""
    models = apps.get_models(include_auto_created=True)
    return sorted({MIGRATIONS, *(model._meta.db_table for model in models if model._meta.managed)})


def look(execute: Execute, present: set[str]) -> Contents:
    """Count the rows of the tables that are `present`, and walk the audit chain. In one snapshot, if the caller
    has one.
    """
    rows = {
        table: execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 (our own names)
        for table in model_tables()
        if table in present
    }
    migrations: list[str] = []
    if MIGRATIONS in present:
        found = execute(f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name").fetchall()  # noqa: S608
        migrations = [f"{app}.{name}" for app, name in found]
    if not {LOG, HEAD} <= present:
        return Contents(rows, migrations)
    walk = Walk()
    for row in entries(execute):
        walk.feed(row)
    walk.end(*(execute(f"SELECT number, hash FROM {HEAD}").fetchone() or (0, GENESIS)))  # noqa: S608
    return Contents(rows, migrations, walk.number, walk.last, walk.wrong)


class Walk:
    """Along the audit chain, as `verify` goes it. Rows may come a little out of order."""

    def __init__(self) -> None:
        self.number, self.last, self.wrong = 0, GENESIS, ""
        self._waiting: dict[int, Entry] = {}

    def feed(self, row: Entry) -> None:
        self._waiting[row.number] = row
        while not self.wrong and (following := self._waiting.pop(self.number + 1, None)):
            if wrong := why_not(following, self.number, self.last):
                self.wrong = f"Row {following.number}: {wrong}"
            else:
                self.number, self.last = following.number, following.hash

    def end(self, number: int, last: str) -> None:
        """What stands in the database as the end of the log."""
        if not self.wrong and self._waiting:
            self.wrong = f"Row {self.number + 1}: It is missing."
        if not self.wrong and (number, last) != (self.number, self.last):
            self.wrong = f"Row {self.number}: the end of the log does not fit it."


def entries(execute: Execute) -> Iterator[Entry]:
    number = 0
    while True:
        found = execute(
            f"SELECT {', '.join(_COLUMNS)} FROM {LOG} WHERE number > {number}"  # noqa: S608
            f" ORDER BY number LIMIT {_AT_ONCE}"
        ).fetchall()
        if not found:
            return
        for row in found:
            yield entry(dict(zip(_COLUMNS, row, strict=True)))
        number = found[-1][0]


def entry(row: dict[str, Any]) -> Entry:
    """A row as the model has it; times may be SQLite's text."""
    at = row["at"]
    if isinstance(at, str):
        at = datetime.datetime.fromisoformat(at)
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    rest = {name: value for name, value in row.items() if name not in ("at", "detail")}
    return Entry(at=at, detail_json=row["detail"], **rest)
