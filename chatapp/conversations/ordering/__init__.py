"""Putting conversations in order: pins, the archive, folders, tags, the trash, temporary chats.

steps.py      what is done to many at once, in one transaction, each with the steps that undo it
folders.py    made, named, set up, removed
tags.py       made by use, gone when unused
temporary.py  chats with an end, and keeping one
erase.py      what is over is erased for good
"""
