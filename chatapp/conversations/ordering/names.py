"""Names that people give: one line, no NUL, told apart without regard to case."""

from django.utils.translation import gettext as _

from ..refusals import Refused


def tidy(name: str, most: int, empty: str, field: str) -> str:
    """Raises Refused if nothing is left (with the sentence `empty`), or too much."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(empty, field)
    if len(name) > most:
        raise Refused(
            _("This name is %(length)s characters long; %(most)s are possible.")
            % {"length": len(name), "most": most},
            field,
        )
    return name
