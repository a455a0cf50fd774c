"""Summaries whose process is gone: marked as failed, so that somebody can try again."""

from django.utils import timezone

from chatapp.workersai.words import translatable

from ..models import Conversation, Summary
from .shown import shown_anew

LOST = translatable(
    "The server was restarted while the summary was being written. Nothing was changed; try again."
)


def reap() -> list[Conversation]:
    """End every summary being written whose lease has run out. Safe in all processes at once."""
    lost = Summary.objects.being_written().filter(lease_until__lt=timezone.now())
    ended = []
    for summary in lost.select_related("conversation"):
        still = Summary.objects.being_written().filter(pk=summary.pk, lease_until__lt=timezone.now())
        if still.update(error=LOST, lease_until=None):
            shown_anew(summary.conversation_id)
            ended.append(summary.conversation)
    return ended
