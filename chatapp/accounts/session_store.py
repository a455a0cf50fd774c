"""Django's sessions in the database, read by a statement that is written out: every request begins with it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from chatapp import rows


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        where = "WHERE session_key = %s AND expire_date > %s"
        found = rows.first(Session, where, [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
        return found
