"""Sign a user out of every browser."""

from django.db import transaction

from chatapp.accounts.sessions import end_every_session


def signout_everywhere(user_id: int) -> None:
    """End every session of the user, the asking one included; sockets follow within two seconds."""
    with transaction.atomic():
        end_every_session(user_id)
