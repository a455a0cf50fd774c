"""The deeds: delete a conversation and take that back. Nothing is erased here: ordering/erase.py does."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .listing.shelves import in_trash
from .models import Conversation, Reply


@transaction.atomic
def delete(owner, key) -> Conversation | None:
    """Hide the conversation; its running replies stop (log.py reads deleted_at), waiting ones do not start."""
    conversation = Conversation.objects.of(owner).filter(key=key).first()
    if conversation is None:
        return None
    Conversation.objects.filter(pk=conversation.pk).update(deleted_at=timezone.now(), version=F("version") + 1)
    return conversation


@transaction.atomic
def restore(owner, key) -> Conversation | None:
    """None if it is not the owner's, or its time in the trash is over (TRASH_DAYS)."""
    mine = Conversation.objects.filter(owner=owner, key=key)
    # Asked in the update itself: somebody may be emptying the trash.
    mine.filter(in_trash()).update(deleted_at=None, version=F("version") + 1)
    return mine.filter(deleted_at=None).first()


def running_in(conversation: Conversation) -> list[int]:
    return list(
        Reply.objects.filter(conversation=conversation, state=Reply.State.RUNNING).values_list("pk", flat=True)
    )
