"""What the model is told unless a conversation says otherwise."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Defaults(models.Model):
    """Settings of a member, or of the team where `owner` is empty. Only what was set is in `values`."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="defaults"
    )
    values = models.JSONField(default=dict)
    # The team's alone: what a conversation is told that says nothing about prompts; it follows `production`.
    prompt = models.ForeignKey("Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            # One team: at most one row without an owner.
            models.UniqueConstraint(models.Value(1), condition=Q(owner=None), name="defaults_one_team")
        ]

    def __str__(self) -> str:
        return f"defaults of {self.owner or 'the team'}"
