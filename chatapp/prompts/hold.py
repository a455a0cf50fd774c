"""A prompt, held by one deed: first in every transaction that changes something about it."""

from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused

from . import rights
from .models import Prompt, Right


def hold(prompt: Prompt, by, right: str) -> Prompt:
    """The prompt as it is now, held until the transaction ends.

    The right is asked for again here: it may have gone since the page was opened. Raises Refused.
    """
    held = Prompt.objects.select_for_update().get(pk=prompt.pk)
    if not rights.may(by, held, right):
        words = {
            Right.PUBLISH: _("You may not publish this prompt. Ask somebody who may."),
            Right.EDIT: _("You may not edit this prompt. Ask one of its editors."),
        }
        raise Refused(words[Right(right)])
    return held


def reason(words: str, field: str, missing: str) -> str:
    """`words` as they may be stored. Raises Refused, saying `missing`, if there are none."""
    words = " ".join(words.replace("\x00", "").split())
    if not words:
        raise Refused(missing, field)
    if len(words) > 500:
        raise Refused(_("At most 500 characters are possible here."), field)
    return words
