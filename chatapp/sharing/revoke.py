"""The deed: end a link. Whoever reads its page next is told that it does not work."""

from uuid import UUID

from django.utils import timezone

from chatapp.conversations.models import Conversation

from .models import Share


def revoke(conversation: Conversation, key: UUID) -> bool:
    """End the link `key` of this conversation; False if it has no such link, or it was revoked before."""
    links = Share.objects.filter(conversation=conversation, key=key, revoked_at=None)
    return bool(links.update(revoked_at=timezone.now()))
