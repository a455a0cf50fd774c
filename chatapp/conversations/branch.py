"""The branch shown: from the root to the conversation's leaf.

The skeleton of a whole conversation (1,000 messages: about 3 ms) is read and walked here; texts are
fetched afterwards for those messages only that somebody needs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .models import Conversation, Message


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The tree without the messages that were removed: their children hang on the nearest that is left."""

    parents: dict[int, int | None]  # message id → parent id, in order of creation
    roles: dict[int, str]
    removed: dict[int, int | None] = field(default_factory=dict)  # removed id → the nearest above it that is left

    def nearest(self, message_id: int | None) -> int | None:
        """The message itself, or the nearest above it that is left."""
        return self.removed.get(message_id, message_id) if message_id is not None else None

    def path(self, leaf_id: int | None) -> list[int]:
        """Ids from the root to `leaf_id`."""
        path: list[int] = []
        leaf_id = self.nearest(leaf_id)
        while leaf_id is not None and leaf_id in self.parents:
            path.append(leaf_id)
            leaf_id = self.parents[leaf_id]
        path.reverse()
        return path

    def siblings(self, message_id: int) -> list[int]:
        """Ids of the messages with the same parent, itself among them, oldest first."""
        parent = self.parents[message_id]
        return [i for i, p in self.parents.items() if p == parent]

    def around(self, message_id: int) -> tuple[int, int]:
        """The siblings before and after; 0 where there is none."""
        siblings = [0, *self.siblings(message_id), 0]
        place = siblings.index(message_id)
        return siblings[place - 1], siblings[place + 1]

    def below(self, message_id: int) -> set[int]:
        """Ids of the message and of everything below it."""
        below = {message_id}
        for child, parent in self.parents.items():  # in order of creation: parents come before children
            if parent in below:
                below.add(child)
        return below

    def has_below(self, message_id: int) -> bool:
        return any(parent == message_id for parent in self.parents.values())

    def leaves(self, message_id: int) -> set[int]:
        """Ids of the ends of all branches through `message_id`; none if it was removed."""
        if message_id not in self.parents:
            return set()
        below = self.below(message_id)
        return below - {self.parents[child] for child in below}

    def newest_leaf(self, message_id: int) -> int:
        """The end of the branch through `message_id` that was written last."""
        return max(self.leaves(message_id))


Bone = tuple[int, int | None, str, Any]  # id, parent id, role, when it was removed


def skeleton(conversation: Conversation) -> Skeleton:
    rows = Message.objects.filter(conversation=conversation).order_by("id")
    return skeleton_of(rows.values_list("id", "parent_id", "role", "deleted_at"))


def skeleton_of(bones: Iterable[Bone]) -> Skeleton:
    """Of all messages of one conversation, in order of creation."""
    parents: dict[int, int | None] = {}
    roles: dict[int, str] = {}
    removed: dict[int, int | None] = {}
    for message_id, parent_id, role, deleted_at in bones:
        above = removed.get(parent_id, parent_id) if parent_id is not None else None
        if deleted_at is not None:
            removed[message_id] = above
            continue
        parents[message_id] = above
        roles[message_id] = role
    return Skeleton(parents, roles, removed)


def messages(conversation: Conversation) -> list[Message]:
    """The messages of the branch shown, root first."""
    path = skeleton(conversation).path(conversation.leaf_id)
    rows = {m.id: m for m in Message.objects.filter(conversation=conversation)}
    return [rows[i] for i in path if i in rows]
