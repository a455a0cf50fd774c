"""What we change in django-allauth's ways."""

from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.audit_actions import PASSWORD_CHANGED, SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from chatapp.accounts.devices import device
from chatapp.accounts.models import User, normal_email
from chatapp.audit.record import Subject, record


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations, never from allauth's sign-up; errors in our words."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not match. Check both and try again."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your current password. Type it again."),
        "invalid_password_reset": _("This link has been used or has expired. Ask for a new one."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who is invited comes in by `join.py`, which makes the user itself."""
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Save the password alone: the rest of `user` may be older than a deactivation just committed."""
        user.set_password(password)
        with transaction.atomic():
            user.save(update_fields=["password"])
            signed_in = self.request is not None and self.request.user.is_authenticated
            way = "own page" if signed_in else "mailed link"
            record(PASSWORD_CHANGED, actor=user, subject=user, detail={"way": way})

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, or not at all where that cannot be recorded."""
        with transaction.atomic():
            super().login(request, user)
            record(SIGNED_IN, actor=user, subject=user, detail=self._from(request))

    def logout(self, request: HttpRequest) -> None:
        user = cast(User, request.user)  # allauth asks nobody else to sign out
        with transaction.atomic():
            super().logout(request)
            record(SIGNED_OUT, actor=user, subject=user, detail=self._from(request))

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """As allauth's; the right password of somebody deactivated is a sign-in that failed."""
        if isinstance(user, User) and not user.is_active:
            self._failed(request, Subject("user", str(user.pk), user.audit_label), why="deactivated")
        return super().pre_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = normal_email(str(credentials.get("email") or ""))
        user = User.objects.filter(email=address).first()
        subject = Subject("user", str(user.pk), user.audit_label) if user else Subject("user", "", address)
        self._failed(request, subject, why="password" if user else "unknown address")

    def _failed(self, request: HttpRequest, subject: Subject, why: str) -> None:
        with transaction.atomic():
            record(SIGN_IN_FAILED, actor=None, subject=subject, detail={**self._from(request), "why": why})

    def _from(self, request: HttpRequest) -> dict[str, str]:
        return {"ip": self.get_client_ip(request), "browser": device(request.headers.get("User-Agent", ""))}

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")
