"""The deed: show the branch that runs through a message. Nothing is changed but where the conversation ends."""

from django.db import transaction
from django.db.models import F

from . import branch
from .models import Conversation, Message


@transaction.atomic
def show_branch(message: Message) -> None:
    """The conversation then ends where the branch through `message` was written last."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=message.conversation_id)
    leaf = branch.skeleton(conversation).newest_leaf(message.pk)
    Conversation.objects.filter(pk=conversation.pk).update(leaf=leaf, version=F("version") + 1)
