"""What the branch shows has changed: told by the conversation's version."""

from django.db.models import F

from ..models import Conversation


def shown_anew(conversation_id: int) -> None:
    """Belongs into the transaction that changed it."""
    Conversation.objects.filter(pk=conversation_id).update(version=F("version") + 1)
