"""Ending sessions: of a user all, by raising the epoch that every session carries."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F

from chatapp.accounts.models import User


def end_every_session(user_id: int) -> None:
    """End all sessions and, within two seconds, all sockets of the user. Call it inside a transaction.

    The raised epoch ends them; that the rows go too only keeps the table small.
    """
    User.objects.filter(pk=user_id).update(auth_epoch=F("auth_epoch") + 1)
    known = UserSession.objects.filter(user_id=user_id)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def end_session(user_id: int, pk: int) -> str | None:
    """End one session of the user's list; returns its key, None if the user has no such session.

    Its sockets end with it, because their session row is gone.
    """
    session = UserSession.objects.filter(user_id=user_id, pk=pk).first()
    if session is None:
        return None
    session.end()
    return session.session_key
