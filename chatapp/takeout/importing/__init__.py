"""Conversations on their way in: uploaded in parts, looked through first, then brought in all or nothing.

upload.py     the file comes, part by part, to a place on disk
opened.py     JSON or ZIP → one conversation's JSON after the other (splitter.py), bounded in every direction
from_….py     what a conversation of this format says → a Chat (chat.py), or a reason to skip it
work.py       the dry run and the import, by whichever process takes them up
write.py      Chats → hidden rows; reveal.py shows or erases them
"""
