"""Reading the team's conversations, within a scope, for a reason, with a trail that the owner sees. No door.

scope.py       whose conversations a reviewer may read; asked anew each time
visit.py       the one way to another's words: a reason, an audit row, then an open visit
look.py        the same for what is searched for: words, or one member
readers.py     what the owner sees of all that
facts.py       one narrow row per conversation, kept up in the background: what the list filters by
filters.py     what is asked of the list, from and to an address
listing.py     the list: pages, counts, neighbours
rubric.py      the options that an answer is scored by
marks.py       scores, labels, comments, corrected answers, reviewed; and undo
exporting/     a filtered set as a file
"""
