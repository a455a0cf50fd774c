"""How many tokens the model takes: as the settings say, or less once the endpoint has said so.

Public pages disagree about the window (131K, 131,072, 128,000), and only the endpoint's refusal is the truth.
The number it named is kept for the life of the process; the next one learns it again at the price of one refusal.
"""

from django.conf import settings

from chatapp.workersai.errors import ContextOverflow
from chatapp.workersai.refusals import stated_window

SMALLEST = 4096

_learned: int | None = None


def size() -> int:
    """Tokens of prompt and answer together."""
    return settings.MODEL_CONTEXT if _learned is None else min(settings.MODEL_CONTEXT, _learned)


def learn(refusal: ContextOverflow) -> bool:
    """Take in the limit that a refusal names; whether it is smaller than what was known.

    If not, the estimate of that one conversation was short, which is nobody else's business.
    """
    global _learned
    limit = stated_window(refusal)
    if limit is None or limit >= size():
        return False
    _learned = max(SMALLEST, limit)
    return True
