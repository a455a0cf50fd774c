"""Answers without a run of their own: copied (an edited question, a fork, a share) or imported.

What can be said of a copy is said of the message whose words it has, its origin. A copy that was gone on with
has a run of its own and is an answer like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Message, Reply

FURTHEST = 20  # copies of copies; more is no chain but a mistake


@dataclass(frozen=True, slots=True)
class Origin:
    message: Message
    runs: list[Reply]  # those that had ended, oldest first
    is_whole: bool  # the copy has all that its origin says; else the origin was gone on with after it was copied


def origins(messages: Iterable[Message]) -> dict[int, Origin]:
    """The origin of each copy among `messages` that has one, by the id of the copy.

    To be called with messages without a run of their own. The origin may be somebody else's: what is shown of it
    is for the caller to decide.
    """
    copies = {m.pk: m for m in messages if m.copy_of_id and m.role == Message.Role.ASSISTANT}
    sources = {i: m.copy_of_id for i, m in copies.items()}
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
                found[i] = Origin(row, runs[row.pk], row.text == copies[i].text)
            else:
                sources[i] = row.copy_of_id
    return found


def run_behind(answer: Message) -> Reply | None:
    """The run that had the last word in `answer`: its own, else that of its origin; None if it was imported."""
    own = Reply.objects.filter(message=answer).order_by("-id").first()
    if own is not None:
        return own
    origin = origins([answer]).get(answer.pk)
    return origin.runs[-1] if origin else None


def _ended_runs(message_ids: Iterable[int]) -> dict[int, list[Reply]]:
    runs: dict[int, list[Reply]] = {}
    ended = Reply.objects.filter(message_id__in=message_ids, ended_at__isnull=False)
    for reply in ended.defer("sent", "left_out", "origins", "system_prompt").order_by("id"):
        runs.setdefault(reply.message_id, []).append(reply)
    return runs
