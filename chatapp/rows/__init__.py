"""Rows of the database for what a person waits for: statements that are written out, not composed each time.

Django composes the text of a query anew whenever it runs, which costs many times what the database then does. For
a page that does not matter; a question has a dozen queries before the model hears of it (docs/performance.md).

    rows.first(Conversation, "WHERE key = %s", [key])     a whole row, as a model's instance
    rows.every(Summary, "WHERE … ORDER BY id", […])       all of them
    rows.values(Draft, ("text",), "WHERE …", […])         some columns of each, as tuples
    rows.insert(message)                                  what `message.save()` does with a new one
    rows.run("UPDATE … SET …", […])                       anything else; returns the number of rows
"""

from .statements import every, first, insert, run, values

__all__ = ["every", "first", "insert", "run", "values"]
