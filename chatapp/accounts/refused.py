"""How a deed of this room says no."""

from django.utils.functional import Promise


class Refused(Exception):
    """The deed was not done and nothing has changed.

    `sentence` is for people: what is wrong and what to do. `field` names the form field it belongs to.
    """

    def __init__(self, sentence: str | Promise, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)  # in the language of whoever asked for the deed
        self.field = field
