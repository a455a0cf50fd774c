"""What we change in django-allauth's ways."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations, never from allauth's sign-up; errors in our words."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and password do not match. Check both and try again.",
        "too_many_login_attempts": "Too many failed attempts. Wait five minutes, then try again.",
        "enter_current_password": "This is not your current password. Type it again.",
        "invalid_password_reset": "This link has been used or has expired. Ask for a new one.",
        "rate_limited": "Too many attempts. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who is invited comes in by `join.py`, which makes the user itself."""
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Save the password alone: the rest of `user` may be older than a deactivation just committed."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")
