"""Keeping the data: copies that are known to be good, and the way back from one.

backup.py      one copy: made while the server writes, read back, named last
restore.py     the data of a copy in the place of the present ones, and what has to be true of them afterwards
before_migrating.py  the copy that `serve` makes before it changes tables
sqlite.py, postgres.py   what the engines do differently
contents.py    what is in a database, by its rows: counts, migrations, the audit chain
manifest.py    what a copy says of itself, in the file beside it
folder.py      where copies lie: permissions, one maker at a time, how many are kept
hold.py        whether a server works on the data
trouble.py     what goes wrong, in words for the person at the terminal
"""
