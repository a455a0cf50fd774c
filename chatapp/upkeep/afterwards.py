"""What has to be true of restored data before anybody is let in: they are of an earlier moment."""

import datetime

from django.contrib.sessions.models import Session

from chatapp.accounts.sessions import end_all_sessions as end_all
from chatapp.conversations import orphans
from chatapp.conversations.models import Reply

LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def end_all_sessions() -> int:
    """Everybody signs in anew: the database knows nothing of what happened since. Returns how many ended."""
    count = Session.objects.count()
    end_all()
    return count


def interrupt_what_ran() -> int:
    """Replies that were being written at the moment of the copy: no process writes them now. Returns how many."""
    Reply.objects.filter(state=Reply.State.RUNNING).update(lease_until=LONG_AGO)
    return len(orphans.reap())
