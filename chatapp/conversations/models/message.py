"""Messages, and what may stand for the earlier of them."""

import uuid

from django.db import models
from django.db.models import Q

from .conversation import Conversation


class MessageQuerySet(models.QuerySet["Message"]):
    def of(self, user) -> "MessageQuerySet":
        """Those that `user` may see and change, without the removed ones."""
        return self.kept().filter(conversation__owner=user, conversation__deleted_at=None)

    def kept(self) -> "MessageQuerySet":
        """Without those that were removed."""
        return self.filter(deleted_at=None)


class Message(models.Model):
    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"

    class Weight(models.TextChoices):
        AUTO = "auto"  # sent while it fits, oldest left out first
        PINNED = "pinned"  # always sent
        LEFT_OUT = "left_out"  # never sent

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    role = models.CharField(max_length=9, choices=Role)
    text = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    weight = models.CharField(max_length=8, choices=Weight, default=Weight.AUTO)
    # Made by the browser, once per press of Send: a repeat finds this row instead of asking again.
    ask = models.UUIDField(null=True, blank=True)
    # The message whose words these are: a question saved anew keeps its answer so, and so does a fork.
    copy_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    name = models.CharField(max_length=80, blank=True)  # of the branch that begins here
    # Not on any branch any more; its children follow its parent. All removed by one deed share the moment.
    deleted_at = models.DateTimeField(null=True, blank=True)
    # When going to a branch that ends here showed it: the way back comes to where one was.
    shown_at = models.DateTimeField(null=True, blank=True)
    # The words as search compares them (finding/index.py writes them; "" when they are still to be written: the
    # database empties it with each change of the texts).
    search_text = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "ask"], name="message_asked_once")]
        indexes = [
            models.Index(
                fields=["id"],
                name="message_to_index",
                condition=Q(search_text="") & ~Q(text="", reasoning=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.key}"


class SummaryQuerySet(models.QuerySet["Summary"]):
    def being_written(self) -> "SummaryQuerySet":
        return self.filter(lease_until__isnull=False, removed_at=None)


class Summary(models.Model):
    """Stands for all messages of a branch up to `upto` when the model is asked. The messages stay.

    `text` is empty while it is written by the model; then `by_model`, until a person changes it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="summaries")
    upto = models.ForeignKey(Message, models.CASCADE, related_name="summaries")
    text = models.TextField(blank=True)
    by_model = models.BooleanField(default=True)
    error = models.TextField(blank=True)  # a sentence, if the model could not write it
    removed_at = models.DateTimeField(null=True, blank=True)
    tokens = models.PositiveIntegerField(default=0)  # about, of what it stands for
    # While it is being written: until when its process counts as alive, and how far it is.
    lease_until = models.DateTimeField(null=True, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    parts_done = models.PositiveSmallIntegerField(default=0)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    cost = models.FloatField(default=0)  # US dollars
    created = models.DateTimeField(auto_now_add=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["lease_until"], name="summary_being_written", condition=Q(lease_until__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"summary {self.key}"
