"""Who signs in, as allauth checks it, and who a session belongs to, read as quickly as the session itself."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from chatapp import rows
from chatapp.accounts.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = rows.first(User, "WHERE id = %s", [user_id])
        return user if user is not None and self.user_can_authenticate(user) else None
