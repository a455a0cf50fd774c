"""A prompt of the team, its versions, and where its labels stand."""

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import Group, User


class Prompt(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField(max_length=40, unique=True)  # its name in addresses, in files and behind a slash
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    tags = models.JSONField(default=list)  # words
    # Nobody publishes a version of their own. Versions remember that they were saved under it.
    four_eyes = models.BooleanField(default=False)
    # How many versions there are; the row is held while the next one is numbered.
    latest = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return self.name


class Right(models.TextChoices):
    """What somebody may do with a prompt. Each contains those before it, but editing is not publishing."""

    SEE = "see", _("See")
    USE = "use", _("Use")
    EDIT = "edit", _("Edit")
    PUBLISH = "publish", _("Publish")


class Grant(models.Model):
    """A right on a prompt for a group, or for everyone where `group` is empty. What roles may is in rights.py."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="grants")
    right = models.CharField(max_length=7, choices=Right)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "right", "group"], name="grant_once"),
            models.UniqueConstraint(
                fields=["prompt", "right"], condition=Q(group=None), name="grant_to_everyone_once"
            ),
            models.CheckConstraint(
                condition=Q(right__in=("see", "use")) | Q(group__isnull=False), name="grant_not_to_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} for {self.group or 'everyone'}"


class VersionQuerySet(models.QuerySet["Version"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Versions are never changed; save another one.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Versions are never changed; save another one.")


class Version(models.Model):
    """Text, variables and settings, together; never changed (the database refuses it, too: migration 0003)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    variables = models.JSONField(default=list)  # as content.py writes them
    settings = models.JSONField(default=dict)  # flat, by the names of the settings panel; only what is set
    hash = models.CharField(max_length=64)  # of those three
    note = models.CharField(max_length=500)  # what changed, and why
    four_eyes = models.BooleanField(default=False)  # the prompt asked for it when this was saved
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "number"], name="version_numbered_once")]

    def __str__(self) -> str:
        return f"{self.prompt_id}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Versions are never changed; save another one.")
        super().save(*args, **kwargs)

    @property
    def audit_label(self) -> str:
        return f"{self.prompt.name}, {self.number}"


class Label(models.Model):
    """Where a label stands. Moved by publish.py alone."""

    PRODUCTION, STAGING, DRAFT = "production", "staging", "draft"

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="labels")
    name = models.CharField(max_length=30)
    version = models.ForeignKey(Version, models.PROTECT, related_name="labels")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "name"], name="label_once")]

    def __str__(self) -> str:
        return self.name


class LabelMove(models.Model):
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="moves")
    label = models.CharField(max_length=30)
    before = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")  # empty: an own label removed
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    why = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["prompt", "-id"], name="moves_of_prompt")]

    def __str__(self) -> str:
        return f"{self.label} to {self.after_id}"


class Draft(models.Model):
    """What one author has written on a prompt and not saved as a version; kept as typed, valid or not.

    `revision` grows with each change: whoever saves says which one they had, so that two tabs lose nothing.
    """

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    base = models.PositiveIntegerField(default=0)  # number of the version it was begun from; 0: none
    typed = models.JSONField(default=dict)  # text, variables, settings, note
    revision = models.PositiveIntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "author"], name="prompt_draft_one_each")]

    def __str__(self) -> str:
        return f"draft of {self.author_id} on {self.prompt_id}"


class Favourite(models.Model):
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="favourites")
    member = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "member"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.prompt_id} of {self.member_id}"
