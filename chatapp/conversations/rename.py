"""The deed: name a conversation. A person's title is never overwritten by the model's."""

from django.utils.translation import gettext as _

from .models import Conversation
from .refusals import Refused


def rename(conversation: Conversation, title: str) -> None:
    """Raises Refused if the title is empty or longer than 200 characters."""
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise Refused(_("A title needs at least one character."), "title")
    if len(title) > 200:
        raise Refused(_("A title has at most 200 characters."), "title")
    Conversation.objects.filter(pk=conversation.pk).update(title=title, title_by=Conversation.TitleBy.PERSON)
