"""The deed: go on with what somebody shared, in a conversation of one's own."""

import itertools
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.refusals import NotFound
from chatapp.conversations.turn import my_turn

from .models import Share

GONE = _("This link does not work any more.")


@my_turn()
def take(member, share: Share, key: UUID) -> Conversation:
    """A new conversation `key` of `member` with the messages of the link, each a copy of its original.

    A repeat (the same key) gives the first result. Raises NotFound if the link has ended meanwhile, or the key
    is somebody else's.
    """
    # Somebody may revoke at this very moment: then it is too late for a copy.
    link = Share.objects.open().select_for_update(of=("self",)).filter(pk=share.pk).first()
    if link is None:
        raise NotFound(GONE)
    found = Conversation.objects.filter(key=key).first()
    if found is not None:
        if found.owner_id != member.pk or found.deleted_at:
            raise NotFound(GONE)
        return found
    copy = Conversation.objects.create(
        key=key, owner=member, title=link.title, title_by=Conversation.TitleBy.MODEL, updated=timezone.now()
    )
    last = _copy_messages(link, copy)
    Conversation.objects.filter(pk=copy.pk).update(leaf=last, version=F("version") + 1)
    copy.leaf = last
    return copy


def _copy_messages(link: Share, copy: Conversation) -> Message | None:
    """The messages of the link as a branch of `copy`; returns its end."""
    originals = Message.objects.filter(conversation=link.conversation_id, pk__in=[e["of"] for e in link.content])
    there = set(originals.values_list("pk", flat=True))
    copies = Message.objects.bulk_create(
        Message(
            conversation=copy,
            role=entry["role"],
            text=entry["text"],
            reasoning=entry.get("reasoning", ""),
            copy_of_id=entry["of"] if entry["of"] in there else None,
        )
        for entry in link.content
    )
    for parent, child in itertools.pairwise(copies):  # their ids are known only now
        child.parent = parent
    Message.objects.bulk_update(copies[1:], ["parent"], batch_size=200)
    return copies[-1] if copies else None
