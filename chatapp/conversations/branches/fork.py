"""The deed: go on from a message in a chat of its own. The old chat stays as it is."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..branch import skeleton
from ..lock import lock
from ..models import Conversation, Message, Reply
from ..refusals import Refused
from ..turn import my_turn
from .copying import copy_below

ENDING = " (fork)"
WRITING = _("This answer is still being written. Fork it when it has ended.")


@my_turn()
def fork(message: Message) -> Conversation:
    """A new conversation with copies of everything up to `message`, in the same folder, with the same settings.

    Raises Refused while one of these answers is being written, NotFound (lock.py).
    """
    source = lock(message.conversation_id)
    path = skeleton(source).path(message.pk)
    if Reply.objects.filter(message__in=path).unfinished().exists():
        raise Refused(WRITING)
    conversation = Conversation.objects.create(
        owner_id=source.owner_id,
        title=_title(source.title),
        title_by=Conversation.TitleBy.PERSON,
        settings=source.settings,
        prompt_id=source.prompt_id,
        prompt_version_id=source.prompt_version_id,
        prompt_values=source.prompt_values,
        without_prompt=source.without_prompt,
        is_trial=source.is_trial,
        folder_id=source.folder_id,
        expires_at=source.expires_at,  # what is temporary stays so
        updated=timezone.now(),
        read_at=timezone.now(),
    )
    rows = Message.objects.in_bulk(path)
    leaf = copy_below(None, [rows[i] for i in path], conversation)
    Conversation.objects.filter(pk=conversation.pk).update(leaf=leaf)
    conversation.leaf = leaf
    return conversation


def _title(title: str) -> str:
    return title.removesuffix(ENDING)[: 200 - len(ENDING)] + ENDING
