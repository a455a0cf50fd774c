"""The statements, with Django's own conversion of each column in both directions."""

import datetime
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import Col

M = TypeVar("M", bound=Model)
# How each column's value becomes Python's: (its place, what converts it, the column for whoever asks).
Converters = tuple[tuple[int, Callable[..., Any], Col], ...]


def first(model: type[M], rest: str, parameters: Sequence[Any] = ()) -> M | None:
    """The first row of `SELECT … FROM table {rest}`, None if there is none. `rest` is the program's own text."""
    found = every(model, rest, parameters)
    return found[0] if found else None


def every(
    model: type[M], rest: str, parameters: Sequence[Any] = (), only: tuple[str, ...] | None = None
) -> list[M]:
    """The rows of `SELECT … FROM table {rest}`, with the columns `only` (in the model's order) or all."""
    names = only or tuple(field.attname for field in model._meta.concrete_fields)
    return [model.from_db(connection.alias, names, row) for row in values(model, names, rest, parameters)]


def values(
    model: type[Model], names: tuple[str, ...], rest: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """The columns `names` (fields, or keys as `owner_id`) of each row."""
    head, converters = _select(model, names, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {rest}", [_adapted(value) for value in parameters])
        found = cursor.fetchall()
    return [_converted(row, converters) for row in found] if converters else found


def insert(row: Model) -> None:
    """Store a new row; its key is set. Nothing listens, and no parent has columns of its own."""
    statement, fields = _insert(type(row), connection.vendor)
    prepared = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, prepared)
        if connection.features.can_return_columns_from_insert:
            row.pk = cursor.fetchone()[0]
        else:
            row.pk = cursor.lastrowid
    row._state.adding, row._state.db = False, connection.alias


def run(statement: str, parameters: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_adapted(value) for value in parameters])
        return cursor.rowcount


@cache
def _select(model: type[Model], names: tuple[str, ...], vendor: str) -> tuple[str, Converters]:
    table = model._meta.db_table
    quote: Callable[[Any], str] = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [Col(table, fields[name]) for name in names]
    converters = [
        (place, convert, column)
        for place, column in enumerate(columns)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
    listed = ", ".join(quote(fields[name].column) for name in names)
    return f"SELECT {listed} FROM {quote(table)}", tuple(converters)  # noqa: S608 (names of our own tables)


@cache
def _insert(model: type[Model], vendor: str) -> tuple[str, tuple[Any, ...]]:
    meta = model._meta
    quote: Callable[[Any], str] = connection.ops.quote_name
    key = meta.pk
    fields = tuple(field for field in meta.concrete_fields if field is not key)
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    if connection.features.can_return_columns_from_insert:
        statement += f" RETURNING {quote(key.column)}"
    return statement, fields


def _converted(row: tuple[Any, ...], converters: Converters) -> tuple[Any, ...]:
    cells = list(row)
    for place, convert, column in converters:
        cells[place] = convert(cells[place], column, connection)
    return tuple(cells)


def _adapted(value: Any) -> Any:
    """A parameter as the database takes it: SQLite has neither UUIDs nor times of its own."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
