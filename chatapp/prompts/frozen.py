"""Versions are never changed: the database itself refuses it, whoever asks.

Not in a migration alone, because SQLite loses a table's triggers when a later one rebuilds it.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

TABLE = "prompts_version"
SAYS = "Versions are never changed"
COLUMNS = ("prompt_id", "number", "text", "variables", "settings", "hash", "note", "four_eyes", "author_id")


def freeze(connection: BaseDatabaseWrapper) -> None:
    """Make the trigger if it is missing."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {TABLE}_frozen BEFORE UPDATE OF {', '.join(COLUMNS)} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {TABLE}_frozen() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {TABLE}_frozen BEFORE UPDATE OF {', '.join(COLUMNS)} ON {TABLE}"
            f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_frozen()"
        )


def after_migrating(sender: Any, using: str, **_said: Any) -> None:
    from django.db import connections

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        freeze(connection)


def watch(sender: Any) -> None:
    post_migrate.connect(after_migrating, sender=sender, dispatch_uid="prompts.frozen")
