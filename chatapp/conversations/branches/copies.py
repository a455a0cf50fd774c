"""Answers without a run of their own: copied (an edited question, a fork, a share) or imported.

What can be said of a copy is said of the message whose words it has, its origin. A copy that was gone on with
has a run of its own and is an answer like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Conversation, Message, Reply

FURTHEST = 20  # copies of copies; more is no chain but a mistake


@dataclass(frozen=True, slots=True)
class Origin:
    message: Message
    runs: list[Reply]  # those that had ended, oldest first
    is_whole: bool  # the copy has all that its origin says; else the origin was gone on with after it was copied
    is_own: bool  # the owner of the copy has the origin, too; else nothing of its runs is to be shown or used


def origins(messages: Iterable[Message]) -> dict[int, Origin]:
    """The origin of each copy among `messages` that has one, by the id of the copy.

    To be called with messages without a run of their own. The origin may be somebody else's: what is shown of it
    is for the caller to decide.
    """
    copies = {m.pk: m for m in messages if m.copy_of_id and m.role == Message.Role.ASSISTANT}
    sources = {i: m.copy_of_id for i, m in copies.items()}
    owners = _owners({m.conversation_id for m in copies.values()})
    found: dict[int, Origin] = {}
    for _ in range(FURTHEST):
        wanted = {source for i, source in sources.items() if source and i not in found}
        if not wanted:
            break
        rows = Message.objects.select_related("conversation").in_bulk(wanted)
        runs = _ended_runs(wanted)
        for i, source in list(sources.items()):
            row = rows.get(source) if source else None
            if row is None or i in found:
                sources[i] = None
            elif runs.get(row.pk):
                is_own = row.conversation.owner_id == owners.get(copies[i].conversation_id)
                found[i] = Origin(row, runs[row.pk], row.text == copies[i].text, is_own)
            else:
                sources[i] = row.copy_of_id
    return found


def run_behind(answer: Message) -> Reply | None:
    """The run that had the last word in `answer`: its own, else that of its origin; None if there is none here."""
    own = Reply.objects.filter(message=answer).order_by("-id").first()
    if own is not None:
        return own
    origin = origins([answer]).get(answer.pk)
    return origin.runs[-1] if origin and origin.is_own else None


def _owners(conversation_ids: set[int]) -> dict[int, int]:
    """Owner by conversation; no query for none."""
    found = Conversation.objects.filter(pk__in=conversation_ids)
    return dict(found.values_list("pk", "owner_id")) if conversation_ids else {}


def _ended_runs(message_ids: Iterable[int]) -> dict[int, list[Reply]]:
    runs: dict[int, list[Reply]] = {}
    ended = Reply.objects.filter(message_id__in=message_ids, ended_at__isnull=False)
    for reply in ended.defer("sent", "left_out", "origins", "system_prompt").order_by("id"):
        runs.setdefault(reply.message_id, []).append(reply)
    return runs
