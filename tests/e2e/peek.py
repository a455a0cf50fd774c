"""Looking into the database of a running server, past all of our own code."""

import contextlib
import json
import sqlite3
import uuid
from typing import Any

from tests.server.process import Database


class Peek:
    def __init__(self, database: Database):
        self._url = database.url
        self._postgres = database.url.startswith("postgres")

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a SELECT with `?` for values; UUIDs are given as uuid.UUID."""
        if self._postgres:
            import psycopg

            with psycopg.connect(self._url) as connection:
                return connection.execute(statement.replace("?", "%s"), values).fetchall()  # type: ignore[arg-type]
        path = self._url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(
                statement, [v.hex if isinstance(v, uuid.UUID) else v for v in values]
            ).fetchall()

    def log(self, reply: str) -> list[list[Any]]:
        """The stored events of a reply, as they go out: [[seq, kind, data], …]."""
        rows = self.rows(
            "SELECT e.seq, e.kind, e.data FROM conversations_event e JOIN conversations_reply r"
            " ON r.id = e.reply_id WHERE r.key = ? ORDER BY e.seq",
            uuid.UUID(reply),
        )
        return [[seq, kind, json.loads(data)] for seq, kind, data in rows]

    def reply(self, reply: str) -> dict[str, Any]:
        names = "state", "finish_reason", "attempts", "error", "ended_at", "last_seq", "way", "prompt_tokens"
        row = self.rows(f"SELECT {', '.join(names)} FROM conversations_reply WHERE key = ?", uuid.UUID(reply))[0]
        found = dict(zip(names, row, strict=True))
        if isinstance(found["error"], str):
            found["error"] = json.loads(found["error"])
        return found

    def text(self, reply: str) -> tuple[str, str]:
        """Text and reasoning of the message that the reply wrote."""
        return self.rows(
            "SELECT m.text, m.reasoning FROM conversations_message m JOIN conversations_reply r"
            " ON r.message_id = m.id WHERE r.key = ?",
            uuid.UUID(reply),
        )[0]

    def count(self, table: str) -> int:
        return self.rows(f"SELECT count(*) FROM conversations_{table}")[0][0]
