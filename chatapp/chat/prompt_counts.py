"""The books of the library with how often they were used."""

from chatapp.conversations.prompt_uses import uses
from chatapp.prompts.library import Book


def counted(books: list[Book]) -> list[Book]:
    known = uses()
    for book in books:
        book.uses = known.get(book.prompt.pk, 0)
    return books
