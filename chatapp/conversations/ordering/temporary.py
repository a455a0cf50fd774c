"""Chats with an end: begun as such, in no list and no search, erased after a stated time unless they are kept."""

import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ..models import Conversation, Folder


def beginning(owner, *, temporary: bool = False, folder: UUID | None = None) -> dict[str, Any]:
    """The columns of a conversation that is begun in a folder, or as a temporary one (which lies in none).

    A folder that is not there (removed in another tab meanwhile) is no reason to refuse a question.
    """
    if temporary:
        return {"expires_at": timezone.now() + datetime.timedelta(hours=settings.TEMPORARY_HOURS)}
    found = Folder.objects.filter(owner=owner, key=folder).first() if folder else None
    return {"folder": found} if found else {}


def keep(conversation: Conversation) -> bool:
    """Make it one like the others; whether it was a temporary one."""
    return bool(Conversation.objects.filter(pk=conversation.pk, expires_at__isnull=False).update(expires_at=None))
