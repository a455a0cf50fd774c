"""Sentences for people, written in English where no reader is known: in this room, and wherever a thing is stored.

The text is marked here, so that it is found for translation, and said in the reader's language where it is shown
(chatapp/accounts/retold.py).
"""

FORMS: list[str] = []


def translatable(text: str) -> str:
    """The text as it is. One with places, `%(name)s`, is remembered: what is made of it can be told again.

    For constants of a module: a form must be known before the first sentence made of it is shown.
    """
    if "%(" in text:
        FORMS.append(text)
    return text
