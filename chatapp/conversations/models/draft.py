"""Unsent words."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .conversation import Conversation


class Draft(models.Model):
    """Unsent words; `conversation` is empty for the new-chat page."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, blank=True, related_name="drafts")
    text = models.TextField()
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "conversation"], name="draft_one_each"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(conversation=None), name="draft_one_for_new_chat"
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.owner_id}"
