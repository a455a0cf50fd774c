"""The deed: keep what was typed and not sent, per conversation (None: the new-chat page)."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from chatapp import rows

from .models import Conversation, Draft


def keep(owner, conversation: Conversation | None, text: str) -> None:
    """Store the draft, or forget it if it is blank. Longer than a question may be: the end is cut."""
    text = text.replace("\x00", "")[: settings.MAX_QUESTION_CHARS]
    if not text.strip():
        Draft.objects.filter(owner=owner, conversation=conversation).delete()
        return
    for _ in range(2):
        try:
            Draft.objects.update_or_create(owner=owner, conversation=conversation, defaults={"text": text})
            return
        except IntegrityError:  # two tabs made the first draft at once; now there is one to update
            continue


def in_conversations(ids: Collection[int]) -> list[tuple[int, UUID, str]]:
    """(id, key, the owner's draft) of each conversation."""
    texts = dict(Draft.objects.filter(conversation_id__in=ids).values_list("conversation_id", "text"))
    rows = Conversation.objects.filter(pk__in=ids).values_list("pk", "key")
    return [(pk, key, texts.get(pk, "")) for pk, key in rows]


def of(owner, conversation: Conversation | None) -> str:
    where, what = ("conversation_id = %s", [conversation.pk]) if conversation else ("conversation_id IS NULL", [])
    found = rows.values(Draft, ("text",), f"WHERE owner_id = %s AND {where}", [owner.pk, *what])
    return found[0][0] if found else ""
