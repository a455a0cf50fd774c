"""The people of the team and the links that let them in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def normal_email(email: str) -> str:
    """The one spelling under which an address is stored and compared: trimmed, lower case."""
    return email.strip().lower()


class Role(models.TextChoices):
    MEMBER = "member", _("Member")
    EDITOR = "editor", _("Prompt editor")
    REVIEWER = "reviewer", _("Reviewer")
    ADMIN = "admin", _("Administrator")


class Theme(models.TextChoices):
    SYSTEM = "system", _("Like the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def admins(self) -> UserQuerySet:
        """Those who may administer now."""
        return self.active().filter(role=Role.ADMIN)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def new_user(self, email: str, password: str | None, *, name: str = "", role: str = Role.MEMBER) -> User:
        """A user not yet saved; without `name` the part of the address before the @ is the name.

        Hashing the password takes long on purpose: call this before a transaction, not inside it.
        """
        email = normal_email(email)
        user = self.model(email=email, name=name.strip() or email.split("@")[0], role=role)
        user.set_password(password)
        return user

    def create_user(self, email: str, password: str | None, *, name: str = "", role: str = Role.MEMBER) -> User:
        """A new active user.

        Raises IntegrityError if the address is taken. Validating password and address is the caller's part.
        """
        user = self.new_user(email, password, name=name, role=role)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email=normal_email(email))


class User(AbstractBaseUser):
    """Somebody of the team, known by the e-mail address.

    Without Django's groups, permissions and staff flag: `role` says everything, and `access.py` reads it.
    `role`, `is_active` and `auth_epoch` are changed by the deeds of this room only, each by an UPDATE
    of its own.
    """

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)
    auth_epoch = models.PositiveIntegerField(
        default=0, help_text="Raised to end every session and every socket of the user at once."
    )
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    # What the member has chosen for the page: shortcuts and the like, by name; missing means as delivered.
    preferences = models.JSONField(default=dict)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_team_admin(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @property
    def audit_label(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    def clean(self) -> None:
        super().clean()
        self.email = normal_email(self.email)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save; a password set since loading ends every session, through whichever door it came.

        Django's own upgrade of an old password hash clears `_password` before it saves, so it ends none.
        """
        fresh_password = getattr(self, "_password", None) is not None and not self._state.adding
        if fresh_password:
            self.auth_epoch = F("auth_epoch") + 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "auth_epoch"}  # type: ignore[misc]
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        if fresh_password:
            self.refresh_from_db(fields=["auth_epoch"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """The value a session must carry: password and epoch, so that a raised epoch ends the session.

        Django's `get_session_auth_hash` and its variant for rotated SECRET_KEYs both come here.
        """
        return salted_hmac(
            "chatapp.accounts.User.get_session_auth_hash",
            f"{self.auth_epoch}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Group(models.Model):
    """Some of the team: who may see a prompt, whose conversations a reviewer may read."""

    name = models.CharField(max_length=80)
    members: Any = models.ManyToManyField(User, through="Membership", related_name="groups")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(Lower("name"), name="group_name_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody is in a group."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "user"], name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"


class ReviewGrantQuerySet(models.QuerySet["ReviewGrant"]):
    def current(self) -> ReviewGrantQuerySet:
        """Those by which conversations may be read now."""
        now = timezone.now()
        return self.filter(ended_at=None, starts_at__lte=now, until__gt=now)

    def open(self) -> ReviewGrantQuerySet:
        """Those that hold now, or will."""
        return self.filter(ended_at=None, until__gt=timezone.now())


class ReviewGrant(models.Model):
    """A reviewer may read the conversations of a group's members, or of everyone, for a time.

    Without one a reviewer reads nothing. Rows are kept when they are over: they say who could read what, when.
    """

    reviewer = models.ForeignKey(User, models.CASCADE, related_name="review_grants")
    # Deleting a group must never make its grant one over everyone: hence two columns, and one of them is set.
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="review_grants")
    everyone = models.BooleanField(default=False)
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    may_export = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)  # taken back, or over

    objects = ReviewGrantQuerySet.as_manager()

    class Meta:
        ordering = ("-granted_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(everyone=True, group=None) | Q(everyone=False, group__isnull=False),
                name="review_grant_one_scope",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="review_grant_ends_later"),
        )
        indexes = (models.Index(fields=["until"], name="review_grant_open", condition=Q(ended_at=None)),)

    def __str__(self) -> str:
        return f"{self.reviewer_id} reads {self.group_id or 'everyone'}"

    @property
    def state(self) -> str:
        """current, later, or over."""
        now = timezone.now()
        if self.ended_at or self.until <= now:
            return "over"
        return "later" if self.starts_at > now else "current"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Those that can be used now."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A link that lets one person in once, with this address and role."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    groups: Any = models.ManyToManyField(Group, blank=True, related_name="+")
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: the command line."
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="invitation")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.email} ({self.state})"

    @property
    def audit_label(self) -> str:
        return self.email

    @property
    def state(self) -> str:
        """open, used, revoked or expired."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


class SetupLink(models.Model):
    """The link by which the first administrator is made: one row at most, by its key."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    token_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="setup_link_only_one"),)

    def __str__(self) -> str:
        return "used" if self.used_at else "open"


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    def open(self) -> PasswordLinkQuerySet:
        """Those that can be used now, as far as the link itself goes.

        Without a join, because an UPDATE by it must look at the row again after waiting for its lock:
        PostgreSQL does so for columns of the row, not for a subquery.
        """
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class PasswordLink(models.Model):
    """A link, made by an administrator, by which a user chooses a new password once.

    Rows are kept after use: the user sees on the own page who made the link and when it was used.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"for {self.user_id}"
