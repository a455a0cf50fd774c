from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ReviewConfig(AppConfig):
    name = "chatapp.review"
    label = "review"

    def ready(self) -> None:
        post_migrate.connect(_mend_the_triggers, sender=self)


def _mend_the_triggers(using: str, **_: object) -> None:
    """A migration that rebuilt a table on SQLite took its triggers with it."""
    from . import schema

    schema.create(connections[using])
