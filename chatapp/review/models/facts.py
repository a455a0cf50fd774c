"""What the list filters by: one narrow row per conversation."""

from django.conf import settings
from django.db import models

from chatapp.conversations.models import Conversation


class Facts(models.Model):
    """Of a conversation that can be reviewed: not deleted, not temporary, asked at least once.

    Counts and sums only, no words. Everything here is made from rows of other rooms (facts.py), a second or two
    after they have changed.
    """

    class Reviewed(models.IntegerChoices):
        NO = 0
        YES = 1
        CHANGED = 2  # it went on after it had been reviewed

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="review_facts"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    begun = models.DateTimeField()
    moment = models.DateTimeField()  # of its last change: the order of the list
    messages = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    cost = models.FloatField(default=0)  # US dollars
    first_token_ms = models.PositiveIntegerField(null=True)  # the longest wait for a first token
    up = models.PositiveIntegerField(default=0)
    down = models.PositiveIntegerField(default=0)
    regenerated = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    edited = models.PositiveIntegerField(default=0)
    copied = models.PositiveIntegerField(default=0)
    # What its answers have in common with others, each between spaces: " end:length error:timeout version:7 ".
    marks = models.TextField(default=" ")
    reviewed = models.SmallIntegerField(choices=Reviewed, default=Reviewed.NO)

    class Meta:
        indexes = [
            models.Index(fields=["-moment", "-conversation"], name="review_facts_newest"),
            models.Index(fields=["owner", "-moment", "-conversation"], name="review_facts_of"),
        ]

    def __str__(self) -> str:
        return f"facts of {self.conversation_id}"

    @property
    def first_token_seconds(self) -> float | None:
        return None if self.first_token_ms is None else self.first_token_ms / 1000


class Stale(models.Model):
    """A conversation whose facts are to be made anew: the database notes it itself (schema.py).

    Without a foreign key: a row may be noted in the transaction that erases its conversation.
    """

    conversation_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.conversation_id)
