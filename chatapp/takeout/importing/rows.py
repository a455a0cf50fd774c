"""Many rows at once, as they are given: with their own times, and ids known before they are written."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Max


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many ids, ascending, that nobody else gets. Call it inside the transaction that writes the rows.

    Parents and children can then be written in one go. SQLite has one writer at a time, so the next ids are ours.
    """
    if count == 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = max(row[0] if row else 0, model._default_manager.aggregate(last=Max("pk"))["last"] or 0)
    return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """`bulk_create` for rows with ids, which would put the present time into `auto_now_add` fields."""
    fields: list[Any] = list(model._meta.concrete_fields)
    size = connection.ops.bulk_batch_size(fields, list(rows)) if rows else 0
    queryset: Any = model._default_manager.get_queryset()
    for start in range(0, len(rows), size or 1):
        # `raw`, as `loaddata` does it: values are stored as they are.
        queryset._insert(rows[start : start + size], fields=fields, using=connection.alias, raw=True)
