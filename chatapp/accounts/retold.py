"""What was said in English for nobody in particular, said again in the reader's language.

Stored sentences (why an answer broke off, why a file could not be read) and those of the rooms without Django are
English. Each is a text that has a translation, or was made of one with places in it (chatapp/workersai/words.py).
"""

import re
from functools import lru_cache

from django.utils.translation import get_language, gettext

from chatapp.accounts.written import grouped
from chatapp.workersai.words import FORMS

_PLACE = re.compile(r"%\((\w+)\)s")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def retold(sentence: str) -> str:
    """The sentence in the language that is spoken now; as it is, where it is none of ours."""
    language = get_language() or "en"
    return sentence if not sentence or language.startswith("en") else _retold(sentence, language)


@lru_cache(maxsize=2000)
def _retold(sentence: str, language: str) -> str:
    if (known := gettext(sentence)) != sentence:
        return known
    if _GROUPED.fullmatch(sentence):
        return grouped(int(sentence.replace(",", "")))
    # The longest first: a short form such as "%(one)s %(two)s" would take apart what is not its own.
    for form in sorted(FORMS, key=len, reverse=True):
        if found := _pattern(form).fullmatch(sentence):
            return gettext(form) % {name: _retold(words, language) for name, words in found.groupdict().items()}
    return sentence


@lru_cache(maxsize=500)
def _pattern(form: str) -> re.Pattern[str]:
    """What sentences made of this form look like."""
    parts = _PLACE.split(form)
    seen: set[str] = set()
    pattern = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            pattern += re.escape(part.replace("%%", "%"))
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.+?)"
            seen.add(part)
    return re.compile(pattern, re.DOTALL)
