"""The deeds: delete a conversation and take that back. Nothing is erased here; running replies stop."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

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
    conversation = Conversation.objects.filter(owner=owner, key=key).first()
    if conversation is None:
        return None
    Conversation.objects.filter(pk=conversation.pk).update(deleted_at=None, version=F("version") + 1)
    return conversation


def running_in(conversation: Conversation) -> list[int]:
    return list(
        Reply.objects.filter(conversation=conversation, state=Reply.State.RUNNING).values_list("pk", flat=True)
    )
