"""The tree of a conversation as it is drawn: stretches without a fork, one below the other."""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from ..branch import Skeleton, skeleton
from ..models import Conversation, Message, Reply

FIRST_WORDS = 90  # characters of a message that name it
SHOWN = 3  # questions of a stretch that are named; of the rest the number


@dataclass(frozen=True, slots=True)
class Stop:
    """A message one can go to."""

    key: UUID
    role: str
    words: str
    is_shown: bool


@dataclass(slots=True)
class Stretch:
    """Messages one after the other, up to the next fork or the end."""

    key: UUID  # of its first message
    name: str
    created: datetime.datetime
    count: int  # messages
    stops: list[Stop]
    more: int  # questions that are not among the stops
    end: UUID  # its last message
    is_shown: bool  # its first message is on the branch shown
    is_running: bool
    children: list["Stretch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    roots: list[Stretch]
    messages: int
    branches: int  # ends


def tree(conversation: Conversation) -> Tree:
    """Everything that is left of the conversation, oldest branches first."""
    bones = skeleton(conversation)
    children: dict[int | None, list[int]] = {}
    for message_id, parent_id in bones.parents.items():
        children.setdefault(parent_id, []).append(message_id)
    stretches = _stretches(children)
    shown = set(bones.path(conversation.leaf_id))
    facts = _Facts(conversation, bones, stretches, shown)
    made = {ids[0]: facts.stretch(ids) for ids in stretches}
    for ids in stretches:
        made[ids[0]].children = [made[child] for child in children.get(ids[-1], [])]
    return Tree(
        [made[i] for i in children.get(None, [])],
        len(bones.parents),
        sum(1 for i in bones.parents if i not in children),
    )


def _stretches(children: dict[int | None, list[int]]) -> list[list[int]]:
    found: list[list[int]] = []
    waiting = list(children.get(None, []))
    while waiting:  # a loop, because a conversation may be deeper than Python's stack
        ids = [waiting.pop(0)]
        while len(below := children.get(ids[-1], [])) == 1:
            ids.append(below[0])
        found.append(ids)
        waiting.extend(below)
    return found


class _Facts:
    """What is told of the messages; the words of those only that are named."""

    def __init__(
        self, conversation: Conversation, bones: Skeleton, stretches: list[list[int]], shown: set[int]
    ) -> None:
        self._shown = shown
        self._named = {ids[0]: self._stops(bones, ids) for ids in stretches}
        wanted = {i for ids in self._named.values() for i in ids} | {ids[-1] for ids in stretches}
        self._rows = Message.objects.in_bulk(wanted)
        self._roles = bones.roles
        running = Reply.objects.filter(conversation=conversation).unfinished()
        self._running = set(running.values_list("message_id", flat=True))

    @staticmethod
    def _stops(bones: Skeleton, ids: list[int]) -> list[int]:
        """The first message, whatever it is, and the first questions."""
        questions = [i for i in ids[1:] if bones.roles[i] == Message.Role.USER]
        return [ids[0], *questions[: SHOWN - 1]]

    def stretch(self, ids: list[int]) -> Stretch:
        first = self._rows[ids[0]]
        named = self._named[first.pk]
        questions = sum(self._roles[i] == Message.Role.USER for i in ids)
        return Stretch(
            key=first.key,
            name=first.name,
            created=first.created,
            count=len(ids),
            stops=[self._stop(self._rows[i]) for i in named],
            more=questions - sum(self._roles[i] == Message.Role.USER for i in named),
            end=self._rows[ids[-1]].key,
            is_shown=first.pk in self._shown,
            is_running=any(i in self._running for i in ids),
        )

    def _stop(self, message: Message) -> Stop:
        return Stop(message.key, message.role, _first_words(message), message.pk in self._shown)


def _first_words(message: Message) -> str:
    words = " ".join((message.text or message.reasoning)[: 4 * FIRST_WORDS].split())
    return words if len(words) <= FIRST_WORDS else words[: FIRST_WORDS - 1].rstrip() + "…"
