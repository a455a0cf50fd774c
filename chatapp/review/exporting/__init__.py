"""A filtered set as a file.

begin.py      who may, why, and the audit row, before the first byte
chats.py      conversations with all that a line needs, a few at a time
chat_form.py  a conversation in OpenAI's chat form
pairs.py      preference pairs
table.py      CSV, whose cells are never formulas
stream.py     the ZIP: the lines, then the manifest with their hash
"""
