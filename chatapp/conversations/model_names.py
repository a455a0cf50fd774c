"""Names of models, as people read and compare them."""

import re

from django.conf import settings


def short(name: str) -> str:
    """`gpt-oss-20b` for `@cf/openai/gpt-oss-20b`."""
    return name.rsplit("/", 1)[-1]


def foreign(name: str) -> str:
    """The short name of a model that is not this installation's; "" for its own, however it is spelt."""
    if not name or any(_letters(ours) in _letters(name) for ours in (settings.MODEL_NAME, "gpt-oss-20b")):
        return ""
    return short(name)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", short(name).lower())
