"""The database's own refusal: a row of the log is not changed, deleted or put in between, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_entry"
WORDS = "The audit log is append-only."
_NEXT = f"NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM {TABLE})"  # noqa: S608
# On SQLite also for INSERT OR REPLACE, which deletes without asking the trigger for deletions.
_SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {TABLE}",
    "audit_entry_no_delete": f"BEFORE DELETE ON {TABLE}",
    "audit_entry_in_order": f"BEFORE INSERT ON {TABLE} WHEN {_NEXT}",
}
_POSTGRESQL = {
    "audit_entry_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "audit_entry_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are missing."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, when in _SQLITE.items():
                refuse = f"SELECT RAISE(ABORT, '{WORDS}')"
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN {refuse}; END")
            return
        cursor.execute(
            "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
        )
        for name, when in _POSTGRESQL.items():
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION audit_entry_refuse()")


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name in _POSTGRESQL:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a moment: for whoever empties a whole database (a restore, a test)."""
    drop(connection)
    try:
        yield
    finally:
        create(connection)
