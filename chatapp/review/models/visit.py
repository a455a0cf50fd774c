"""Who saw what of somebody else, when and why."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from chatapp.conversations.models import Conversation


class Look(models.Model):
    """A search for words, or for the chats of one member by name. Stands until it is idle for long."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.TextField()
    session = models.CharField(max_length=64)  # a hash; it ends with the session
    begun = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"look of {self.reviewer_id}"


class Visit(models.Model):
    """A reviewer with somebody's conversation. Never deleted but with the owner's account."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        FOUND = "found"  # a few of its words were shown among the results of a search
        EXPORTED = "exported"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OPENED)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewer_name = models.CharField(max_length=100)  # as it was
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="visits")
    reason = models.TextField()
    session = models.CharField(max_length=64)  # a hash; the visit ends with the session
    begun = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()  # the last request; idle for long ends it
    ended_at = models.DateTimeField(null=True, blank=True)
    look = models.ForeignKey(Look, models.SET_NULL, null=True, blank=True, related_name="visits")

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="visit_of_owner"),
            models.Index(fields=["conversation", "-id"], name="visit_of_conversation"),
            models.Index(
                fields=["reviewer", "conversation"],
                name="visit_open",
                condition=Q(kind="opened", ended_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["look", "conversation"], name="visit_found_once", condition=Q(kind="found")
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.reviewer_name}"
