"""How often each prompt was used of late: one answer, one use."""

import datetime

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from .models import Reply

DAYS = 30
KEPT = 300  # seconds; a library need not know to the second
_KEY = "prompt_uses"


def uses() -> dict[int, int]:
    """Answers of the last DAYS days by the id of the prompt."""
    if (known := cache.get(_KEY)) is not None:
        return known
    since = timezone.now() - datetime.timedelta(days=DAYS)
    rows = Reply.objects.filter(prompt_version__isnull=False, created__gte=since).order_by()
    counts = rows.values("prompt_version__prompt").annotate(n=Count("id"))
    found = dict(counts.values_list("prompt_version__prompt", "n"))
    cache.set(_KEY, found, KEPT)
    return found
