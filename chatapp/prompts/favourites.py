"""The deed: mark a prompt as a favourite, or not."""

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused

from . import rights
from .models import Favourite, Prompt, Right


@transaction.atomic
def mark(prompt: Prompt, member, on: bool) -> None:
    """Raises Refused if the member may not see it."""
    if not rights.may(member, prompt, Right.SEE):
        raise Refused(_("This prompt is not there any more."))
    if on:
        Favourite.objects.get_or_create(prompt=prompt, member=member)
    else:
        Favourite.objects.filter(prompt=prompt, member=member).delete()
