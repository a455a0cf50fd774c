"""What the invented answers cost, in the sums of the usage page."""

from chatapp.conversations import spent
from chatapp.conversations.models import Reply
from chatapp.usage import ledger

from .chats import OWNER
from .story import Story


def fill(story: Story) -> None:
    ledger.add(spent.of_replies(Reply.objects.filter(owner=OWNER)))
