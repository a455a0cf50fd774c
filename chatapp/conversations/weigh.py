"""The deed: pin a message into the context, leave it out, or let room decide."""

from django.utils.translation import gettext as _

from .models import Message
from .refusals import Refused


def weigh(message: Message, weight: str) -> None:
    """Raises Refused if `weight` is not one of auto, pinned, left_out."""
    if weight not in Message.Weight.values:
        raise Refused(_("A message can be pinned, left out, or sent while there is room."), "weight")
    Message.objects.filter(pk=message.pk).update(weight=weight)
