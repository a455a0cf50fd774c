"""Ratings of answers, signals, and whether signals are recorded."""

from django.conf import settings
from django.db import models

from chatapp.conversations.models import Message, Reply


class Rating(models.Model):
    """A member's thumb on an answer, with reasons (rate.py) and words; one each."""

    class Thumb(models.TextChoices):
        UP = "up"
        DOWN = "down"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ratings")
    message = models.ForeignKey(Message, models.CASCADE, related_name="ratings")
    thumb = models.CharField(max_length=4, choices=Thumb)
    reasons = models.JSONField(default=list)  # names
    words = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "message"], name="rating_one_each")]

    def __str__(self) -> str:
        return f"{self.thumb} by {self.member_id}"


class Signal(models.Model):
    """What the owner of a conversation did with a message, beside rating it. Never any words."""

    class Kind(models.TextChoices):
        REGENERATE = "regenerate"
        STOP = "stop"
        EDIT = "edit"  # of a question that had been answered
        COPY = "copy"

    message = models.ForeignKey(Message, models.CASCADE, related_name="signals")
    # The last run that wrote the message when it happened, so that it is known with which settings.
    reply = models.ForeignKey(Reply, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "at"], name="signal_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class Recording(models.Model):
    """One turn of the team's switch: from `at` on signals are recorded, or not. The last row counts."""

    on = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return "on" if self.on else "off"
