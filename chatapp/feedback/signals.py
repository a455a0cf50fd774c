"""The deed: note what somebody did with a message. Never fails; nobody waits for it (chat/runs.py, aside)."""

import datetime
import logging

from django.db import DatabaseError
from django.utils import timezone

from chatapp.conversations.models import Message, Reply
from chatapp.conversations.turn import my_turn

from . import recording
from .models import Signal

logger = logging.getLogger(__name__)

COPY_ONCE_IN = datetime.timedelta(minutes=1)


def note(kind: str, message_id: int) -> None:
    """Store one signal, unless the team has switched that off. A repeated copy within a minute counts once."""
    try:
        if recording.is_on():
            _note(Signal.Kind(kind), message_id)
    except DatabaseError as error:
        # The message is gone, or the database is busy: a signal is not worth a second try.
        logger.warning("a signal was not noted: %s", type(error).__name__)


@my_turn()
def _note(kind: Signal.Kind, message_id: int) -> None:
    if not Message.objects.filter(pk=message_id).exists():
        return
    if kind == Signal.Kind.COPY:
        recent = timezone.now() - COPY_ONCE_IN
        if Signal.objects.filter(message_id=message_id, kind=kind, at__gt=recent).exists():
            return
    last = Reply.objects.filter(message_id=message_id).order_by("-id").values_list("pk", flat=True).first()
    Signal.objects.create(message_id=message_id, kind=kind, reply_id=last)
