"""A conversation: whose it is, where it stands among the others, which branch is shown."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chatapp.prompts.chosen import Choice
from chatapp.prompts.models import Prompt, Version

from .ordering import Folder, Tag


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of(self, user) -> "ConversationQuerySet":
        """Those that `user` may see and change: the user's own, not deleted."""
        return self.filter(owner=user, deleted_at=None)


class Conversation(models.Model):
    class TitleBy(models.TextChoices):
        WORDS = "words"  # the question's first words, until the model has named it
        MODEL = "model"
        PERSON = "person"  # never overwritten

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=200, blank=True)
    title_by = models.CharField(max_length=6, choices=TitleBy, default=TitleBy.WORDS)
    # Only what was set here; what is missing comes from the folder, the member's, then the team's defaults.
    settings = models.JSONField(default=dict)
    # The team's prompt that was chosen here, if any; without a version it follows the one in production.
    prompt = models.ForeignKey(Prompt, models.PROTECT, null=True, blank=True, related_name="+")
    prompt_version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
    prompt_values = models.JSONField(default=dict)  # of its variables, by name
    without_prompt = models.BooleanField(default=False)  # not even the team's default prompt
    is_trial = models.BooleanField(default=False)  # asked by an editor to try a prompt; nothing personal counts
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="conversations")
    tags: Any = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    leaf = models.ForeignKey("Message", models.SET_NULL, null=True, blank=True, related_name="+")
    # Grows with every change of the branch shown, so that a process that missed the doorbell can tell.
    version = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # A temporary chat: in no list and no search, erased after this moment.
    expires_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Where it was imported from ("" if it was not): the same conversation imported again is found by it.
    origin = models.CharField(max_length=200, blank=True)
    # As Message.search_text, of the title.
    search_title = models.TextField(blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "origin"], name="conversation_imported_once", condition=~Q(origin="")
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "-updated", "-id"], name="conversation_recent", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["expires_at"], name="conversation_to_erase", condition=Q(expires_at__isnull=False)
            ),
            models.Index(fields=["owner", "deleted_at"], name="conversation_in_trash"),
            models.Index(fields=["deleted_at"], name="conversation_over", condition=Q(deleted_at__isnull=False)),
            models.Index(
                fields=["owner", "-updated", "-id"],
                name="conversation_pinned",
                condition=Q(deleted_at=None, pinned_at__isnull=False),
            ),
            models.Index(
                fields=["folder", "-updated", "-id"],
                name="conversation_in_folder",
                condition=Q(deleted_at=None, folder__isnull=False),
            ),
            models.Index(fields=["id"], name="conversation_to_index", condition=Q(search_title="") & ~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title or str(self.key)

    @property
    def prompt_choice(self) -> Choice:
        return Choice(self.prompt_id, self.prompt_version_id, self.prompt_values, self.without_prompt)

    @property
    def folder_settings(self) -> dict[str, Any]:
        return self.folder.settings if self.folder else {}

    @property
    def is_over(self) -> bool:
        """A temporary chat after its time, waiting to be erased: nothing more is asked in it."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def unread(self) -> bool:
        return bool(self.answered_at and (self.read_at is None or self.read_at < self.answered_at))
