"""What the deeds answer when they will not: a sentence for people that says what to do next."""

from django.utils.functional import Promise


class Refused(Exception):
    """The deed was not done and nothing was changed. `sentence` may be shown as it is.

    `field` names the form field it belongs to, if any.
    """

    def __init__(self, sentence: str | Promise, field: str | None = None):
        super().__init__(str(sentence))
        self.sentence = str(sentence)  # in the language of whoever asked for the deed
        self.field = field


class NotFound(Refused):
    """There is no such thing for this person."""


class TooLate(Refused):
    """It has gone on meanwhile."""
