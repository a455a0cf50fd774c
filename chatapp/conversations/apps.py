from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ConversationsConfig(AppConfig):
    name = "chatapp.conversations"
    label = "conversations"

    def ready(self) -> None:
        post_migrate.connect(_mend_the_index, sender=self)


def _mend_the_index(using: str, **_: object) -> None:
    """A migration that rebuilt a table on SQLite took the triggers of the search index with it."""
    from .finding import schema

    schema.create(connections[using])
