"""The deed: give the branch that begins at a message a name, or take it away."""

from django.db.models import F
from django.utils.translation import gettext as _

from ..models import Conversation, Message
from ..refusals import Refused
from ..turn import my_turn

LONGEST = 80


@my_turn()
def name_branch(message: Message, name: str) -> None:
    """`name` is trimmed; blank takes the name away. Raises Refused if it is too long."""
    name = " ".join(name.replace("\x00", "").split())
    if len(name) > LONGEST:
        raise Refused(
            _("This name is %(length)s characters long; %(most)s are possible.")
            % {"length": len(name), "most": LONGEST},
            "name",
        )
    Message.objects.filter(pk=message.pk).update(name=name)
    Conversation.objects.filter(pk=message.conversation_id).update(version=F("version") + 1)
