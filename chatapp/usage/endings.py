"""How a call of the model ended, for counting: one word of a short list, stored, and what people read for it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COMPLETE, STOPPED, CUT, EMPTY, FILTERED = "complete", "stopped", "cut", "empty", "filtered"
SUMMARY = "summary"  # not an answer: a piece of a summary
OTHER = "error"

# Ends that are no error of anybody's. What is in neither list is the code of an error (workersai/errors.py).
FINE = (COMPLETE, STOPPED, CUT, EMPTY, FILTERED)
# What the model's service refused because too much was asked of it.
LIMITS = ("rate_limited", "daily_quota", "busy")

_WORDS: dict[str, Promise] = {
    COMPLETE: _("Complete"),
    STOPPED: _("Stopped"),
    CUT: _("Cut off"),
    EMPTY: _("Empty answer"),
    FILTERED: _("Ended by the content filter"),
    SUMMARY: _("Summaries"),
    "authentication": _("Key refused"),
    "bad_request": _("Request refused"),
    "no_such_model": _("Model not found"),
    "context_overflow": _("Too long for the model"),
    "rate_limited": _("Too many requests"),
    "busy": _("No free capacity"),
    "daily_quota": _("Daily allowance used up"),
    "timeout": _("Too slow"),
    "interrupted": _("Broken off"),
    "unavailable": _("Not reachable"),
    "protocol": _("Not understood"),
    "restart": _("Server restarted"),
    "lost_process": _("Server process lost"),
    "internal": _("Fault of this server"),
    OTHER: _("Something else"),
}


def words(ending: str) -> str:
    """For people; an error of a later or earlier version by its code."""
    return str(_WORDS.get(ending, ending))
