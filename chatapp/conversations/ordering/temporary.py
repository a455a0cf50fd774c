"""Chats with an end: begun as such, in no list and no search, erased after a stated time unless they are kept."""

import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Conversation, Folder
from ..refusals import TooLate


def beginning(owner, *, temporary: bool = False, folder: UUID | None = None) -> dict[str, Any]:
    """The columns of a conversation that is begun in a folder, or as a temporary one (which lies in none).

    A folder that is not there (removed in another tab meanwhile) is no reason to refuse a question.
    """
    if temporary:
        return {"expires_at": timezone.now() + datetime.timedelta(hours=settings.TEMPORARY_HOURS)}
    found = Folder.objects.filter(owner=owner, key=folder).first() if folder else None
    return {"folder": found} if found else {}


def keep(conversation: Conversation) -> None:
    """Make it one like the others. Raises TooLate if it is one already, or is being erased."""
    temporary = Conversation.objects.filter(pk=conversation.pk, expires_at__isnull=False, deleted_at=None)
    if not temporary.update(expires_at=None):
        raise TooLate(_("This chat was kept already, or its time is over. Reload the page to see which."))
