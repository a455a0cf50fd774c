"""Floor 10: a database filled with believable months of a team's work: every page can be seen and measured.

story.py    what the parts of a demonstration share: chance, time, people
people.py   members, roles, groups, rights to review
book.py     what their prompts say, and how answers of each version fare
prompts.py  the prompts' months: versions, labels, rights, a rollback
reviews.py  what two reviewers read, why, and what they think of it
words.py    what they ask, and what is answered
chats.py    their conversations: branches, thumbs, signals, errors, folders, tags
steps.py    the parts in their order; a room that wants to be seen full adds one
"""
