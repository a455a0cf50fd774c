"""The database notes by itself which conversations' facts are to be made anew: whoever changes a conversation, a
thumb or a signal need not know of review (as conversations/finding/schema.py does for search).

Noted is only the id, in a table of its own: an answer that ends pays for one small row.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

# Table, its moments, and the conversation that a row belongs to (`{row}` is new or old).
_OF_MESSAGE = "(SELECT conversation_id FROM conversations_message WHERE id = {row}.message_id)"
WATCHED = {
    "conversations_conversation": {
        "insert": "new.id",
        "update of updated, leaf_id, deleted_at, expires_at, version": "new.id",
    },
    "feedback_rating": {"insert": _OF_MESSAGE, "update": _OF_MESSAGE, "delete": _OF_MESSAGE},
    "feedback_signal": {"insert": _OF_MESSAGE},
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing."""
    with connection.cursor() as cursor:
        for name, (table, event, row) in _triggers().items():
            note = f"INSERT INTO review_stale (conversation_id) SELECT {row} WHERE {row} IS NOT NULL"
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event.upper()} ON {table} BEGIN"
                    f" {note} ON CONFLICT DO NOTHING; END"
                )
            else:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    f" {note} ON CONFLICT DO NOTHING; RETURN NULL; END $$"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {table}"
                    f" FOR EACH ROW EXECUTE FUNCTION {name}()"
                )


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, (table, _, _) in _triggers().items():
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def everything_is_stale(connection: BaseDatabaseWrapper) -> None:
    """Have all facts made anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO review_stale (conversation_id) SELECT id FROM conversations_conversation WHERE true"
            " ON CONFLICT DO NOTHING"
        )


def _triggers() -> dict[str, tuple[str, str, str]]:
    found = {}
    for table, events in WATCHED.items():
        for event, row in events.items():
            word = event.split()[0]
            name = f"review_stale_{table.split('_')[1]}_{word}"
            found[name] = (table, event, row.format(row="old" if word == "delete" else "new"))
    return found
