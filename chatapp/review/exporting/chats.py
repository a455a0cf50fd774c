"""Conversations with all that a line of an export needs, read a few at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatapp.conversations.branch import Skeleton, skeleton_of
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.feedback.models import Rating

from ..models import Mark


@dataclass(slots=True)
class Chat:
    conversation: Conversation
    bones: Skeleton
    messages: dict[int, Message]
    runs: dict[int, Reply] = field(default_factory=dict)  # the last of each answer
    thumbs: dict[int, str] = field(default_factory=dict)
    scores: dict[int, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    corrections: dict[int, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)

    def path(self, to: int | None = None) -> list[Message]:
        """The branch that is shown, or the one that ends at a message, root first."""
        ids = self.bones.path(self.conversation.leaf_id if to is None else to)
        return [self.messages[i] for i in ids]

    def answers(self) -> list[Message]:
        return [m for m in self.messages.values() if m.role == Message.Role.ASSISTANT]

    def words(self, message: Message) -> str:
        """What it says, or should have said."""
        return self.corrections.get(message.pk, message.text)

    def worth(self, answer: Message) -> float | None:
        """The mean of what the scores of an answer count as; None without any."""
        given = [mark.option.worth for mark in self.scores.get(answer.pk, ()) if mark.option]
        return sum(given) / len(given) if given else None

    def system_prompt(self, path: Sequence[Message]) -> str:
        """What the model had been told when it wrote the last answer."""
        for message in reversed(path):
            if message.pk in self.runs:
                return self.runs[message.pk].system_prompt
        return ""


def read(conversations: Sequence[Conversation]) -> list[Chat]:
    ids = [c.pk for c in conversations]
    rows: dict[int, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(conversation__in=ids).defer("search_text").order_by("id"):
        rows[message.conversation_id].append(message)
    chats = {}
    for one in conversations:
        bones = skeleton_of((m.pk, m.parent_id, m.role, m.deleted_at) for m in rows[one.pk])
        chats[one.pk] = Chat(one, bones, {m.pk: m for m in rows[one.pk] if m.deleted_at is None})
    runs = Reply.objects.filter(conversation__in=ids).defer("sent", "origins", "left_out").order_by("id")
    for run in runs:
        chats[run.conversation_id].runs[run.message_id] = run
    given = Rating.objects.filter(message__conversation__in=ids)
    for pk, answer, thumb in given.values_list("message__conversation_id", "message_id", "thumb"):
        chats[pk].thumbs[answer] = thumb
    for mark in Mark.objects.standing().filter(conversation__in=ids).select_related("option").order_by("id"):
        _put(chats[mark.conversation_id], mark)
    return list(chats.values())


def _put(chat: Chat, mark: Mark) -> None:
    if mark.kind == Mark.Kind.LABEL:
        chat.labels.append(mark.text)
    elif mark.kind == Mark.Kind.SCORE and mark.message_id:
        chat.scores[mark.message_id].append(mark)
    elif mark.kind == Mark.Kind.CORRECTION and mark.message_id:
        chat.corrections[mark.message_id] = mark.text
