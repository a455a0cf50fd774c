"""Finding what was said: words made comparable, kept in an index of the database, asked for, shown with marks.

fold.py      a text → its words as search compares them
index.py     keeps the folded words of every message and title up to date, in the background
schema.py    the index itself, on SQLite (FTS5) and on PostgreSQL (tsvector)
query.py     what a person typed → words, phrases, filters
search.py    who finds what
saying.py    what the whole team said, for review
snippets.py  the place in the original text, with marks
"""
