"""The deed: show the branch that runs through a message. Nothing is changed but where the conversation ends."""

from django.db import transaction
from django.db.models import F

from . import branch
from .branches.last_leaf import last_leaf, was_shown
from .lock import lock
from .models import Conversation, Message


@transaction.atomic
def show_branch(message: Message) -> None:
    """The conversation then ends where the branch through `message` was shown, or written, last.

    Raises NotFound (the message was removed; lock.py).
    """
    conversation = lock(message.conversation_id)
    leaf = last_leaf(branch.skeleton(conversation), message.pk)
    was_shown(leaf)
    Conversation.objects.filter(pk=conversation.pk).update(leaf=leaf, version=F("version") + 1)
