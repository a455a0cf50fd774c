"""How a deed of this room says no."""


class Refused(Exception):
    """The deed was not done and nothing has changed.

    `sentence` is for people: what is wrong and what to do. `field` names the form field it belongs to.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
