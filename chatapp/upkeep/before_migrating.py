"""The copy that is made before tables are changed, so that an upgrade can be taken back."""

from django.conf import settings
from django.db import connection

from chatapp.accounts.models import User

from . import backup, manifest
from .backup import Made, Say
from .trouble import NoProgram, Trouble


def copy(say: Say) -> Made | None:
    """Copy the database if there is somebody in it. None: nothing to keep, switched off, or PostgreSQL's programs
    are missing, which is said.

    Raises Trouble if the copy could not be made: then nothing should be changed.
    """
    if not settings.BACKUP_BEFORE_MIGRATION or not _has_data():
        return None
    try:
        made = backup.make(None, say, kind=manifest.MIGRATION)
    except NoProgram as missing:
        say(f"The tables are changed without a copy of the data: {missing}")
        return None
    except Trouble as trouble:
        raise Trouble(
            f"{trouble} Nothing was changed: tables are changed after a copy of the data, unless "
            "BACKUP_BEFORE_MIGRATION=false."
        ) from None
    say(f"The data as they were: {made.told}.")
    return made


def _has_data() -> bool:
    """Whether there are members; by the name of the table, whose columns may be of another version."""
    table = User._meta.db_table
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608 (our own name)
        return cursor.fetchone() is not None
