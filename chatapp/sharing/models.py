"""Links by which others read a snapshot of a conversation."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models import Conversation


class ShareQuerySet(models.QuerySet["Share"]):
    def open(self) -> "ShareQuerySet":
        """Those that can be read now. Everything that ends a link is asked of the rows, at every reading."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            revoked_at=None,
            conversation__deleted_at=None,
            conversation__expires_at=None,
            conversation__owner__is_active=True,
        )

    def of(self, user) -> "ShareQuerySet":
        """The open links that `user` has made, newest first, without their content."""
        own = self.open().filter(conversation__owner=user).select_related("conversation")
        return own.defer("content").order_by("-id")


class Share(models.Model):
    """One link. `content` is what it shows, written once: what happens to the conversation later changes nothing.

    An entry of `content`: {"role", "text", "reasoning" (only if it is shown too), "cut" (its end is missing),
    "of" (id of the message)}.
    """

    class Audience(models.TextChoices):
        MEMBERS = "members", _("Signed-in members of the team")
        ANYONE = "anyone", _("Anyone with the link")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)  # address.py
    audience = models.CharField(max_length=7, choices=Audience)
    with_reasoning = models.BooleanField()
    with_name = models.BooleanField()
    title = models.CharField(max_length=200)
    messages = models.PositiveIntegerField()
    content = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    def __str__(self) -> str:
        return f"share {self.key}"
