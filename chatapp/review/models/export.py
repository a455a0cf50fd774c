"""A file that was made of a filtered set."""

import uuid

from django.conf import settings
from django.db import models


class Export(models.Model):
    class Form(models.TextChoices):
        CHATS = "chats"  # JSONL in OpenAI chat form
        PAIRS = "pairs"  # JSONL of preference pairs
        TABLE = "table"  # CSV, a row per answer

    class State(models.TextChoices):
        READY = "ready"  # recorded, nothing sent yet
        RUNNING = "running"
        COMPLETE = "complete"
        BROKEN = "broken"  # the reader left, or the right ended

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=6, choices=Form)
    query = models.TextField(blank=True)
    look = models.ForeignKey("review.Look", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField()
    session = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    total = models.PositiveIntegerField(default=0)  # conversations
    done = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)  # lines of the file
    sha256 = models.CharField(max_length=64, blank=True)
    begun = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.form} by {self.reviewer_id}"
