"""The conversation's row, held by one deed: first in every transaction that changes what is in it."""

from django.utils.translation import gettext as _

from .models import Conversation
from .refusals import NotFound


def lock(conversation_id: int) -> Conversation:
    """The conversation as it is now, held until the transaction ends.

    Raises NotFound if it was deleted or its time is over, be it since the deed's view has looked: a temporary chat
    would be kept by an answer that is begun after its end.
    """
    # Not the key: who stores a row that only points at the conversation (a note that it is stale, a message) has
    # its reference checked at COMMIT, and would wait there for us while we wait for that row.
    found = Conversation.objects.select_for_update(of=("self",), no_key=True).filter(pk=conversation_id).first()
    if found is None or found.deleted_at or found.is_over:
        raise NotFound(_("This conversation is not there any more."))
    return found
