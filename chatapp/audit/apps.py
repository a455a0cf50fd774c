from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "chatapp.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        autodiscover_modules("audit_actions")
        post_migrate.connect(_guard, sender=self)


def _guard(using: str, **_: object) -> None:
    """A migration that rebuilt a table on SQLite took the triggers with it."""
    from .schema import create

    create(connections[using])
