"""The branch shown: from the root to the conversation's leaf.

The skeleton of a whole conversation (1,000 messages: about 3 ms) is read and walked here; texts are
fetched afterwards for those messages only that somebody needs.
"""

from dataclasses import dataclass

from .models import Conversation, Message


@dataclass(frozen=True, slots=True)
class Skeleton:
    parents: dict[int, int | None]  # message id → parent id, in order of creation
    roles: dict[int, str]

    def path(self, leaf_id: int | None) -> list[int]:
        """Ids from the root to `leaf_id`."""
        path: list[int] = []
        while leaf_id is not None and leaf_id in self.parents:
            path.append(leaf_id)
            leaf_id = self.parents[leaf_id]
        path.reverse()
        return path

    def siblings(self, message_id: int) -> list[int]:
        """Ids of the messages with the same parent and role, itself among them, oldest first."""
        parent, role = self.parents[message_id], self.roles[message_id]
        return [i for i, p in self.parents.items() if p == parent and self.roles[i] == role]

    def around(self, message_id: int) -> tuple[int, int]:
        """The siblings before and after; 0 where there is none."""
        siblings = [0, *self.siblings(message_id), 0]
        place = siblings.index(message_id)
        return siblings[place - 1], siblings[place + 1]

    def newest_leaf(self, message_id: int) -> int:
        """The end of the branch through `message_id` that was written last."""
        below = {message_id}
        newest = message_id
        for child, parent in self.parents.items():  # in order of creation: parents come before children
            if parent in below:
                below.add(child)
                newest = child
        leaves = below - {p for c, p in self.parents.items() if c in below and p is not None}
        return max(leaves) if leaves else newest


def skeleton(conversation: Conversation) -> Skeleton:
    parents: dict[int, int | None] = {}
    roles: dict[int, str] = {}
    rows = Message.objects.filter(conversation=conversation).order_by("id")
    for message_id, parent_id, role in rows.values_list("id", "parent_id", "role"):
        parents[message_id] = parent_id
        roles[message_id] = role
    return Skeleton(parents, roles)


def messages(conversation: Conversation) -> list[Message]:
    """The messages of the branch shown, root first."""
    path = skeleton(conversation).path(conversation.leaf_id)
    rows = {m.id: m for m in Message.objects.filter(conversation=conversation)}
    return [rows[i] for i in path if i in rows]
