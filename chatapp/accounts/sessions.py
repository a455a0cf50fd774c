"""Ending sessions: of a user all, by raising the epoch that every session carries."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import MEMBER_SESSIONS_ENDED, SESSION_ENDED
from chatapp.accounts.devices import device
from chatapp.accounts.models import User
from chatapp.audit.record import record


def end_every_session(user_id: int) -> None:
    """End all sessions and, within two seconds, all sockets of the user. Call it inside a transaction.

    The raised epoch ends them; that the rows go too only keeps the table small.
    """
    User.objects.filter(pk=user_id).update(auth_epoch=F("auth_epoch") + 1)
    known = UserSession.objects.filter(user_id=user_id)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def end_session(user_id: int, pk: int, *, by: User) -> str | None:
    """End one session of the user's list; returns its key, None if the user has no such session.

    Its sockets end with it, because their session row is gone. `by`: the user, or an administrator; raises Refused
    if `by` is neither.
    """
    own = by.pk == user_id
    with transaction.atomic():
        if not own:
            lock_admins(by)
        session = UserSession.objects.select_related("user").filter(user_id=user_id, pk=pk).first()
        if session is None:
            return None
        session.end()
        detail = {"browser": device(session.user_agent), "since": session.created_at}
        record(SESSION_ENDED if own else MEMBER_SESSIONS_ENDED, actor=by, subject=session.user, detail=detail)
    return session.session_key


def end_all_sessions() -> None:
    """End every session of everybody, as `end_every_session` does. Call it inside a transaction."""
    User.objects.update(auth_epoch=F("auth_epoch") + 1)
    UserSession.objects.all().delete()
    Session.objects.all().delete()
