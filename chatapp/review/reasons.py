"""The reason that opening, searching and exporting ask for."""

from django.utils.translation import gettext as _

from chatapp.conversations.refusals import Refused

SHORTEST, LONGEST = 8, 300


def cleaned(reason: str) -> str:
    """Raises Refused: too short to be one, or too long."""
    words = " ".join(reason.replace("\x00", "\ufffd").split())
    if len(words) < SHORTEST:
        raise Refused(
            _("Say why you look, in a few words. The member reads this reason, and it is kept in the audit log."),
            "reason",
        )
    if len(words) > LONGEST:
        raise Refused(_("At most %(most)s characters are possible.") % {"most": LONGEST}, "reason")
    return words
