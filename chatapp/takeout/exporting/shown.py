"""The branch shown, as files for people tell it: Markdown, HTML and print read the same turns."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from chatapp.conversations import branch, model_names
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.orphans import Written, written_so_far
from chatapp.conversations.outcome import outcome


@dataclass(slots=True)
class Shown:
    role: str
    who: str  # "You", or the model's name
    text: str
    reasoning: str
    created: datetime.datetime
    note: str  # why the answer ends where it does; "" if it is whole


def turns(conversation: Conversation) -> list[Shown]:
    last, messages, logs = _read(conversation)
    return [_shown(m, last.get(m.pk), logs.get(m.pk)) for m in messages]


def _read(conversation: Conversation) -> tuple[dict[int, Reply], list[Message], dict[int, Written]]:
    """The last reply of each answer, the messages, the logs of those being written.

    In this order, and again if a reply has ended in between: its text would be there twice, or not at all.
    """
    while True:
        rows = Reply.objects.filter(conversation=conversation)
        last = {r.message_id: r for r in rows.defer("sent", "left_out", "origins", "system_prompt").order_by("id")}
        messages = branch.messages(conversation)
        logs = {m: written_so_far(r) for m, r in last.items() if r.is_unfinished}
        if not any(log.ended for log in logs.values()):
            return last, messages, logs


def _shown(message: Message, reply: Reply | None, log: Written | None) -> Shown:
    text, reasoning, note = message.text, message.reasoning, outcome(reply, message).label
    if log is not None:
        text, reasoning, note = (
            text + log.text,
            reasoning + log.reasoning,
            _("This answer was still being written."),
        )
    who = _("You") if message.role == Message.Role.USER else model_name(reply)
    return Shown(message.role, who, text, reasoning, message.created, note)


def model_name(reply: Reply | None) -> str:
    """`gpt-oss-20b` for `@cf/openai/gpt-oss-20b`."""
    return model_names.short((reply.model if reply else "") or settings.MODEL_NAME)
