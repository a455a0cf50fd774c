"""What a member puts conversations into: one folder, any number of tags. Both are the member's own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Folder(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=80)
    # As Conversation.settings, with system_prompt; they count between the member's defaults and the chat's own.
    settings = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="folder_named_once")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="tag_named_once")]

    def __str__(self) -> str:
        return self.name
