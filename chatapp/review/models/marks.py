"""The rubric, and what reviewers put on answers and conversations."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models import Conversation, Message


class Option(models.Model):
    """One choice of the rubric, on a key from 1 to 9. Changed, it is a new one: old scores keep their meaning."""

    class Worth(models.IntegerChoices):
        BAD = -1, _("Bad")
        NEUTRAL = 0, _("Neither")
        GOOD = 1, _("Good")

    place = models.PositiveSmallIntegerField()  # the key
    name = models.CharField(max_length=40)
    worth = models.SmallIntegerField(choices=Worth, default=Worth.NEUTRAL)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place"], name="option_one_per_key", condition=Q(retired_at=None)),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=9), name="option_on_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


class MarkQuerySet(models.QuerySet["Mark"]):
    def standing(self) -> "MarkQuerySet":
        """Without those that were replaced, removed or undone."""
        return self.filter(removed_at=None)


class Mark(models.Model):
    """What one reviewer put there. A deed adds rows and removes rows; undo turns that round."""

    class Kind(models.TextChoices):
        SCORE = "score"  # of an answer, one per reviewer
        LABEL = "label"  # of a conversation, the reviewers' together
        COMMENT = "comment"  # on a conversation
        CORRECTION = "correction"  # of an answer: how it should have been; the reviewers' together
        REVIEWED = "reviewed"  # a conversation, the reviewers' together

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="review_marks")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="review_marks")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    deed = models.UUIDField()  # what one press of a key added and removed has the same
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.UUIDField(null=True, blank=True)  # the deed

    objects = MarkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "-id"], name="mark_of_conversation"),
            models.Index(fields=["kind", "text"], name="mark_label", condition=Q(kind="label", removed_at=None)),
            models.Index(fields=["option"], name="mark_option", condition=Q(kind="score", removed_at=None)),
            models.Index(fields=["deed"], name="mark_added_by"),
            models.Index(fields=["removed_by"], name="mark_removed_by", condition=Q(removed_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "message"],
                name="mark_one_score_each",
                condition=Q(kind="score", removed_at=None),
            ),
            models.UniqueConstraint(
                fields=["message"], name="mark_one_correction", condition=Q(kind="correction", removed_at=None)
            ),
            models.UniqueConstraint(
                fields=["conversation", "text"], name="mark_label_once", condition=Q(kind="label", removed_at=None)
            ),
            models.UniqueConstraint(
                fields=["conversation"], name="mark_reviewed_once", condition=Q(kind="reviewed", removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.conversation_id}"


class Deed(models.Model):
    """One press of a reviewer, so that it can be undone."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    words = models.CharField(max_length=100)  # what it did
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["reviewer", "conversation", "-at"], name="deed_last")]

    def __str__(self) -> str:
        return self.words
