"""An import under way, and the rows that wait to be shown by it."""

import uuid

from django.conf import settings
from django.db import models

from chatapp.conversations.models import Conversation


class Import(models.Model):
    """A member's import: at most one at a time, and the last one stays to be read.

    receiving → to_check → checking → checked → to_bring → bringing → done; from anywhere → cancelled | failed.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving"  # the file is being uploaded
        TO_CHECK = "to_check"
        CHECKING = "checking"  # the dry run
        CHECKED = "checked"  # its report stands; the member decides
        TO_BRING = "to_bring"
        BRINGING = "bringing"  # rows are written, hidden
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # names its files
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="takeout_import")
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVING)
    filename = models.CharField(max_length=200)
    size = models.BigIntegerField()  # bytes, as announced
    received = models.BigIntegerField(default=0)
    # How far the work is, in bytes of JSON.
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)  # what the dry run, then the import, counted (importing/report.py)
    error = models.TextField(blank=True)  # a sentence
    made = models.JSONField(default=dict)  # {"folders": [id], "tags": [id]} made on the way, unmade if it fails
    # Who works on it. A process that does not renew the lease is gone, and another begins anew.
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    WAITING = (State.TO_CHECK, State.TO_BRING)
    WORKING = (State.CHECKING, State.BRINGING)
    ENDED = (State.DONE, State.FAILED, State.CANCELLED)

    def __str__(self) -> str:
        return f"{self.state} {self.filename}"

    @property
    def is_ended(self) -> bool:
        return self.state in self.ENDED


class Incoming(models.Model):
    """A conversation that an import has written and not yet shown."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="incoming")
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="+", primary_key=True)

    def __str__(self) -> str:
        return f"incoming {self.conversation_id}"
