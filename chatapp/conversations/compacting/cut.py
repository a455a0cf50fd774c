"""Where the branch shown can be cut, and how much lies before the cut."""

from dataclasses import dataclass

from chatapp.workersai.tokens import estimate_tokens

from .. import branch
from ..history import PER_MESSAGE, measured_ratio
from ..models import Conversation, Message, Reply, Summary
from .standing import standing, told

KEEPS = (1, 2, 4, 8)  # exchanges that may be kept as they are
USUAL = 2


@dataclass(frozen=True, slots=True)
class Cut:
    """`messages` lie before the cut, the last of them is `upto`; `tokens` (about) is what they take now."""

    keep: int
    upto: int
    messages: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Material:
    """What is to be condensed: the summary that stands already, and the messages after it up to the cut."""

    before: Summary | None
    messages: list[Message]


def cuts(conversation: Conversation) -> list[Cut]:
    """The cuts that are possible, by how many exchanges they keep; the same cut only once."""
    path = branch.skeleton(conversation).path(conversation.leaf_id)
    stands = standing(conversation, path)
    begin = path.index(stands.upto_id) + 1 if stands else 0
    asked = _questions(conversation, path)
    costs = _costs(conversation, path)
    ratio = measured_ratio(conversation)
    found: list[Cut] = []
    for keep in KEEPS:
        if keep >= len(asked):
            break
        # Everything before the question with which the kept exchanges begin.
        end = asked[-keep]
        if end <= begin:
            break
        tokens = sum(costs.get(i, 0) for i in path[begin:end])
        if stands:
            tokens += estimate_tokens(told(stands)["content"]) + PER_MESSAGE
        found.append(Cut(keep, path[end - 1], end, int(tokens * ratio)))
    return found


def material(summary: Summary) -> Material:
    """What `summary` has to be written from."""
    conversation = summary.conversation
    path = branch.skeleton(conversation).path(summary.upto_id)
    older = Summary.objects.filter(conversation=conversation, removed_at=None, pk__lt=summary.pk).exclude(text="")
    before = next((one for one in older.order_by("-pk") if one.upto_id in path[:-1]), None)
    begin = path.index(before.upto_id) + 1 if before else 0
    wanted = set(path[begin:])
    rows = Message.objects.filter(conversation=conversation).exclude(weight=Message.Weight.LEFT_OUT)
    return Material(before, [m for m in rows.order_by("pk") if m.pk in wanted and m.text.strip()])


def _questions(conversation: Conversation, path: list[int]) -> list[int]:
    """Places on the path of the questions; none after the first whose answer is not finished."""
    users = set(
        Message.objects.filter(conversation=conversation, role=Message.Role.USER).values_list("pk", flat=True)
    )
    unfinished = set(
        Reply.objects.filter(conversation=conversation).unfinished().values_list("message_id", flat=True)
    )
    end = next((at for at, i in enumerate(path) if i in unfinished), len(path))
    return [at for at, i in enumerate(path[:end]) if i in users]


def _costs(conversation: Conversation, path: list[int]) -> dict[int, int]:
    rows = Message.objects.filter(conversation=conversation).exclude(weight=Message.Weight.LEFT_OUT)
    wanted = set(path)
    return {pk: estimate_tokens(text) + PER_MESSAGE for pk, text in rows.values_list("pk", "text") if pk in wanted}
