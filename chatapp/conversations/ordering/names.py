"""Names that people give: one line, no NUL, told apart without regard to case."""

from ..refusals import Refused


def tidy(name: str, most: int, what: str, field: str) -> str:
    """Raises Refused if nothing is left, or too much."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(f"{what} needs a name.", field)
    if len(name) > most:
        raise Refused(f"The name of {what.lower()} has at most {most} characters.", field)
    return name
