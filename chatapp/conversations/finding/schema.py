"""The index, kept by the database itself: whatever is written into a folded column can be found at once.

And the other way round: whoever changes a text or a title need not know of search. The database then empties the
folded column, and index.py fills it again within a second or two.

SQLite: an FTS5 table beside each of the two, which keeps no text of its own, and triggers. PostgreSQL: a generated
tsvector with a GIN index. Neither is in the models, whose tables are the same on both.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Indexed:
    table: str
    column: str  # the folded words
    sources: tuple[str, ...]  # what they are made of

    @property
    def fts(self) -> str:
        return f"{self.table}_words"


MESSAGES = Indexed("conversations_message", "search_text", ("text", "reasoning"))
TITLES = Indexed("conversations_conversation", "search_title", ("title",))


def create(connection: BaseDatabaseWrapper) -> bool:
    """Make what is missing; whether anything was. SQLite loses a table's triggers when a migration rebuilds it."""
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    made = [make(connection, indexed) for indexed in (MESSAGES, TITLES)]
    return any(made)


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for i in (MESSAGES, TITLES):
            if connection.vendor == "sqlite":
                for name in _triggers(i):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"DROP TABLE IF EXISTS {i.fts}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {i.fts}_stale ON {i.table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {i.fts}_stale()")
                cursor.execute(f"ALTER TABLE {i.table} DROP COLUMN IF EXISTS search_words")


def _sqlite(connection: BaseDatabaseWrapper, i: Indexed) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name IN (%s, %s)", [i.table, i.fts])
        there = {name for (name,) in cursor.fetchall()}
        missing = {name: sql for name, sql in _triggers(i).items() if name not in there}
        if i.fts not in there:
            # ascii: everything that is not ASCII is part of a word. The words are fold.py's alone.
            cursor.execute(
                f"CREATE VIRTUAL TABLE {i.fts} USING fts5({i.column}, content='{i.table}', content_rowid='id',"
                " tokenize='ascii', prefix='2 3')"
            )
        for sql in missing.values():
            cursor.execute(sql)
        if missing:
            cursor.execute(f"INSERT INTO {i.fts} ({i.fts}) VALUES ('rebuild')")  # noqa: S608
    return bool(missing)


def _triggers(i: Indexed) -> dict[str, str]:
    # Nothing for rows without words, as a question is when it is asked: that must take no time.
    gone = (
        f"INSERT INTO {i.fts} ({i.fts}, rowid, {i.column})"
        f" SELECT 'delete', old.id, old.{i.column} WHERE old.{i.column} <> '';"
    )
    come = f"INSERT INTO {i.fts} (rowid, {i.column}) SELECT new.id, new.{i.column} WHERE new.{i.column} <> '';"
    empty = f"UPDATE {i.table} SET {i.column} = '' WHERE id = new.id;"  # noqa: S608
    changed = " OR ".join(f"new.{source} IS NOT old.{source}" for source in i.sources)
    return {
        f"{i.fts}_insert": f"CREATE TRIGGER {i.fts}_insert AFTER INSERT ON {i.table} BEGIN {come} END",
        f"{i.fts}_delete": f"CREATE TRIGGER {i.fts}_delete AFTER DELETE ON {i.table} BEGIN {gone} END",
        # Of this column only: an answer that is written would be indexed anew with each commit.
        f"{i.fts}_update": f"CREATE TRIGGER {i.fts}_update AFTER UPDATE OF {i.column} ON {i.table}"
        f" WHEN new.{i.column} IS NOT old.{i.column} BEGIN {gone} {come} END",
        f"{i.fts}_stale": f"CREATE TRIGGER {i.fts}_stale AFTER UPDATE OF {', '.join(i.sources)} ON {i.table}"
        f" WHEN ({changed}) AND new.{i.column} <> '' AND new.{i.column} IS old.{i.column} BEGIN {empty} END",
    }


def _postgresql(connection: BaseDatabaseWrapper, i: Indexed) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s AND column_name = 'search_words'",
            [i.table],
        )
        if cursor.fetchone():
            return False
        # Made of an array: PostgreSQL's own parser never sees the words, nor do its limits on positions count.
        cursor.execute(
            f"ALTER TABLE {i.table} ADD COLUMN search_words tsvector"
            f" GENERATED ALWAYS AS (array_to_tsvector(string_to_array({i.column}, ' '))) STORED"
        )
        # Without a list of pending entries, which every search would have to read through.
        cursor.execute(f"CREATE INDEX {i.fts} ON {i.table} USING gin (search_words) WITH (fastupdate = off)")
        changed = " OR ".join(f"NEW.{source} IS DISTINCT FROM OLD.{source}" for source in i.sources)
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {i.fts}_stale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF ({changed}) AND NEW.{i.column} = OLD.{i.column} THEN NEW.{i.column} := ''; END IF;"
            " RETURN NEW; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER {i.fts}_stale BEFORE UPDATE OF {', '.join(i.sources)} ON {i.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {i.fts}_stale()"
        )
    return True
