"""Why nothing can be stored: a disk without room is told apart from a database that is away."""

import sqlite3

import psycopg
import pytest
from django.db import OperationalError

from chatapp.conversations import trouble


def failed(cause: BaseException) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def test_sqlite_without_room_is_the_disk():
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE full_ (text)")
        connection.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("INSERT INTO full_ VALUES (?)", ["x" * 100_000])
    connection.close()
    assert trouble.why(failed(caught.value)) == trouble.DISK


def test_sqlite_that_is_locked_is_away(tmp_path):
    one, two = (sqlite3.connect(tmp_path / "x", timeout=0, isolation_level=None) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        two.execute("BEGIN IMMEDIATE")
    one.close()
    two.close()
    assert trouble.why(failed(caught.value)) == trouble.AWAY


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (psycopg.errors.DiskFull("could not extend file"), trouble.DISK),
        (psycopg.errors.AdminShutdown("terminating connection"), trouble.AWAY),
        (psycopg.OperationalError("connection refused"), trouble.AWAY),
    ],
)
def test_postgresql_says_it_by_its_code(cause, why):
    assert trouble.why(failed(cause)) == why
