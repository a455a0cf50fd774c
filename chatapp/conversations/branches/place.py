"""Where a question belongs: below what its page showed, also if the chat has gone on elsewhere meanwhile.

So two tabs or devices never write over each other: what was asked on old ground becomes a branch of its own.
"""

from dataclasses import dataclass
from uuid import UUID

from ..branch import skeleton
from ..models import Conversation, Message


@dataclass(frozen=True, slots=True)
class Place:
    """What a page says of where its question belongs; with nothing said, at the end of the branch shown."""

    # The last message that the page had of the server; None for a page without any.
    parent: UUID | None = None
    # The question asked before in the same page, by its `ask`, which the page need not show yet. It counts if its
    # answer stands below `parent`.
    after: UUID | None = None
    # The question that this one is another version of. Then the rest does not count.
    beside: UUID | None = None

    def find(self, conversation: Conversation) -> int | None:
        """The id of the message below which the question belongs; None for the top."""
        messages = Message.objects.filter(conversation=conversation)
        if self.beside:
            return messages.filter(key=self.beside).values_list("parent_id", flat=True).get()
        found = None
        if self.parent is not None:
            found = messages.filter(key=self.parent).values_list("pk", flat=True).first()
        if self.after:
            answer = messages.filter(parent__ask=self.after).order_by("id").values_list("pk", flat=True).first()
            if answer is not None and (found is None or found in skeleton(conversation).path(answer)):
                return answer
        if found is None and self.parent is not None:
            return conversation.leaf_id  # taken out of the queue, say
        return found


def rival(conversation: Conversation, parent_id: int | None) -> UUID | None:
    """The newest message that stands below `parent_id` already: with it, what comes is a branch."""
    if parent_id == conversation.leaf_id:
        return None
    below = Message.objects.kept().filter(conversation=conversation, parent=parent_id)
    return below.order_by("-id").values_list("key", flat=True).first()
