"""Runs of the model and their logs."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chatapp.prompts.models import Version

from .conversation import Conversation
from .message import Message

CUT = ("length", "model_length")  # what the model says of an answer that did not fit its budget


class ReplyQuerySet(models.QuerySet["Reply"]):
    def of(self, user) -> "ReplyQuerySet":
        return self.filter(conversation__owner=user, conversation__deleted_at=None)

    def unfinished(self) -> "ReplyQuerySet":
        return self.filter(state__in=(Reply.State.QUEUED, Reply.State.RUNNING))


class Reply(models.Model):
    """One run of the model. queued → running → complete | stopped | interrupted | failed, once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")  # the model said that it had finished
        STOPPED = "stopped", _("Stopped")  # a person stopped it
        INTERRUPTED = "interrupted", _("Interrupted")  # cut: by the network, a restart, a lost process
        FAILED = "failed", _("Failed")  # the model, or the way to it, refused

    class Way(models.TextChoices):
        ASK = "ask"
        RETRY = "retry"
        LOWER_EFFORT = "lower_effort", _("Lower effort")
        MORE_TOKENS = "more_tokens", _("More tokens")
        ANSWER_NOW = "answer_now", _("Answer now")
        CONTINUE = "continue"
        OTHER = "other", _("Other settings")  # chosen for this one answer

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="replies")
    # Several replies write one message when a cut answer is continued.
    message = models.ForeignKey(Message, models.CASCADE, related_name="replies")
    way = models.CharField(max_length=12, choices=Way, default=Way.ASK)
    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)

    # Who writes it: log.py takes nothing from a process that is not the owner. `epoch` counts the owners.
    owner = models.CharField(max_length=100, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    log_kept = models.BooleanField(default=True)  # until the log of an ended reply is dropped (orphans.py)

    # The receipt.
    overrides = models.JSONField(default=dict)  # what this way changes in the settings
    settings = models.JSONField(default=dict)  # values used, by parameter
    origins = models.JSONField(default=dict)  # where each of them came from
    system_prompt = models.TextField(blank=True)
    # The version whose text was sent, as it was called then; the row itself unless it was a trial, or imported.
    prompt_named = models.JSONField(null=True, blank=True)  # {"key", "slug", "name", "number", "hash"}
    prompt_version = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sent = models.JSONField(null=True, blank=True)  # body sent; messages by reference (receipt.py)
    sent_hash = models.CharField(max_length=64, blank=True)
    left_out = models.JSONField(default=list)  # keys of messages that did not fit or were left out
    path = models.CharField(max_length=300, blank=True)
    model = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finish_reason = models.CharField(max_length=40, blank=True)
    error = models.JSONField(null=True, blank=True)  # {"code", "sentence"}
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    neurons = models.FloatField(null=True, blank=True)
    cost = models.FloatField(null=True, blank=True)  # US dollars
    created = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    first_token_at = models.DateTimeField(null=True, blank=True)
    first_text_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="running"), name="reply_one_running"
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "id"], name="reply_unfinished", condition=Q(state__in=("queued", "running"))
            ),
            models.Index(fields=["ended_at"], name="reply_log_to_drop", condition=Q(log_kept=True)),
            models.Index(
                fields=["prompt_version", "created"],
                name="reply_of_version",
                condition=Q(prompt_version__isnull=False),
            ),
            models.Index(
                fields=["conversation"],
                name="reply_unfinished_of",
                condition=Q(state__in=("queued", "running")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.key}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class Event(models.Model):
    """One numbered entry of a reply's log, and at once the entry of the frame that goes out.

    `data` is JSON text: a string for `reasoning` and `text`, an object for `notice` and `end`.
    """

    class Kind(models.TextChoices):
        REASONING = "reasoning"
        TEXT = "text"
        NOTICE = "notice"
        END = "end"

    pk = models.CompositePrimaryKey("reply_id", "seq")
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    data = models.TextField()

    def __str__(self) -> str:
        return f"{self.reply_id}/{self.seq} {self.kind}"
