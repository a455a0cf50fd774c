"""The end of an import: everything shown at one moment, or everything erased."""

from collections.abc import Callable

from django.db.models import F

from chatapp.conversations.models import Conversation, Folder, Message, Tag
from chatapp.conversations.turn import my_turn

from ..models import Import, Incoming

ERASED_AT_ONCE = 25  # conversations in one transaction: others write in between


def reveal(job: Import, hold: Callable[[], None]) -> list[int]:
    """Show what the job has written, in one transaction with its end. Returns the ids of the newest of them."""
    with my_turn():
        hold()
        written = Incoming.objects.filter(job=job).values("conversation_id")
        shown = Conversation.objects.filter(pk__in=written)
        newest = list(shown.order_by("-updated", "-pk").values_list("pk", flat=True)[:40])
        shown.update(deleted_at=None, expires_at=None, version=F("version") + 1)
        Incoming.objects.filter(job=job).delete()
        Import.objects.filter(pk=job.pk).update(state=Import.State.DONE, made={}, worker="", lease_until=None)
    return newest


def erase(job: Import, hold: Callable[[], None]) -> None:
    """Take away all that the job has written, as long as `hold` says that it is this process's. It may be cut off
    and begun again."""
    while ids := list(Incoming.objects.filter(job=job).values_list("conversation_id", flat=True)[:ERASED_AT_ONCE]):
        with my_turn():
            hold()
            # Leaves and copies point into what goes; without them there is nothing to follow row by row.
            Conversation.objects.filter(pk__in=ids).update(leaf=None)
            Message.objects.filter(copy_of__conversation_id__in=ids).update(copy_of=None)
            Conversation.objects.filter(pk__in=ids).delete()
    with my_turn():
        hold()
        job.refresh_from_db(fields=["made"])
        mine = {"owner_id": job.owner_id, "conversations": None}
        Folder.objects.filter(pk__in=job.made.get("folders", []), **mine).delete()
        Tag.objects.filter(pk__in=job.made.get("tags", []), **mine).delete()
        Import.objects.filter(pk=job.pk).update(made={})
    job.made = {}
