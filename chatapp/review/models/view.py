"""A filter with a name."""

import uuid

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A reviewer's own: pseudonyms in it are those that this reviewer sees."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)  # as filters.py writes it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reviewer", "name"], name="view_named_once")]

    def __str__(self) -> str:
        return self.name
