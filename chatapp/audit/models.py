"""The rows of the log, and its end."""

import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actions import words_of


class AppendOnly(TypeError):
    """Somebody tried to change or delete a row of the audit log."""

    def __init__(self) -> None:
        super().__init__("Rows of the audit log are never changed or deleted; record() adds them.")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads only; `record()` adds past this class."""

    def about(self, subject_type: str, subject_key: object) -> "EntryQuerySet":
        """Rows about one thing, newest first."""
        return self.filter(subject_type=subject_type, subject_key=str(subject_key)).order_by("-number")

    def create(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class Entry(models.Model):
    """One deed: who, what, on what, why. Numbered without a gap from 1, each row sealed with the one before it."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    # Without a constraint in the database, so that nothing has to be changed here when an account goes: the row
    # keeps the id, and name and address as they were. Empty: the command line, the server, or somebody unknown.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,  # audit_by_actor
    )
    actor_name = models.CharField(max_length=200, blank=True)
    actor_email = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_key = models.CharField(max_length=80, blank=True)
    subject_label = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    # As text: PostgreSQL's JSON would write numbers and names anew, and the hash is of what was written.
    detail_json = models.TextField(default="{}", db_column="detail")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=["action", "-number"], name="audit_by_action"),
            models.Index(fields=["actor", "-number"], name="audit_by_actor"),
            models.Index(fields=["subject_type", "subject_key", "-number"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    @property
    def detail(self) -> dict[str, Any]:
        return json.loads(self.detail_json)

    @property
    def words(self) -> str:
        """What was done, for people."""
        return words_of(self.action)


class Head(models.Model):
    """The end of the chain: writers hold it to queue; and it shows if the last rows are gone."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="audit_head_only_one"),)

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"
