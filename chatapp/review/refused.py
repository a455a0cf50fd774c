"""What the deeds of review refuse with, beside chatapp.conversations.refusals."""

from chatapp.conversations.refusals import Refused


class NeedsReason(Exception):
    """Not without an open visit: ask for a reason first."""


class NoRight(Refused):
    """The reviewer may not, or not any more."""
