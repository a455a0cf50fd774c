"""Why the database takes nothing just now, told apart for those who have to wait for it."""

import sqlite3

from django.db import DatabaseError, InterfaceError, OperationalError

DISK = "disk"  # full, or it cannot be written to
AWAY = "away"  # it does not answer, or not in time

FAILURES = (OperationalError, InterfaceError)
_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_POSTGRESQL = ("53100", "58030")  # disk_full, io_error


def why(error: DatabaseError | InterfaceError) -> str:
    """DISK or AWAY."""
    cause = error.__cause__
    # An extended code (which part of writing failed) has the plain one in its last byte.
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE or getattr(cause, "sqlstate", "") in _POSTGRESQL:
        return DISK
    return AWAY
