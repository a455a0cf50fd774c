"""What is remembered.

    Folder ── Conversation ─┬─ Message (a tree by `parent`; `leaf` names the branch shown)
    Tag ─────────┘          │     └─ Reply (one run of the model that wrote, or goes on writing, an answer)
                            │           └─ Event (its numbered log; what was painted stands here)
                            ├─ Summary (what stands for the earlier part of a branch when the model is asked)
                            └─ Draft (what the owner has typed and not sent)

Rows are appended; the only text that ever changes is an answer still being written, a question that
is still queued, and a summary. `key` is the public name of a row (in addresses and frames); `id` never
leaves the server.
"""

from .conversation import Conversation, ConversationQuerySet
from .draft import Draft
from .message import Message, MessageQuerySet, Summary
from .ordering import Folder, Tag
from .reply import Event, Reply, ReplyQuerySet

__all__ = [
    "Conversation",
    "ConversationQuerySet",
    "Draft",
    "Event",
    "Folder",
    "Message",
    "MessageQuerySet",
    "Reply",
    "ReplyQuerySet",
    "Summary",
    "Tag",
]
