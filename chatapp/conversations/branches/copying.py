"""Copies of messages below another one; the words stay where they were written, and are said to be theirs."""

from collections.abc import Sequence

from ..models import Conversation, Message, Reply


def copy_below(parent: Message | None, messages: Sequence[Message], conversation: Conversation) -> Message | None:
    """Copy `messages` (one branch, in order) below `parent` in `conversation`; the last copy, or `parent`.

    Belongs into a transaction that holds the conversation's row. The messages have to be finished.
    """
    run = set(Reply.objects.filter(message__in=messages).values_list("message_id", flat=True))
    copies = [
        Message(
            conversation=conversation,
            role=m.role,
            text=m.text,
            reasoning=m.reasoning,
            weight=m.weight,
            search_text=m.search_text,
            # A copy of a copy is one of the same origin (copies.py).
            copy_of_id=m.copy_of_id if m.copy_of_id and m.pk not in run else m.pk,
        )
        for m in messages
    ]
    copies = Message.objects.bulk_create(copies)
    for copy in copies:  # known only now
        copy.parent, parent = parent, copy
    Message.objects.bulk_update(copies, ["parent"], batch_size=200)
    return parent
