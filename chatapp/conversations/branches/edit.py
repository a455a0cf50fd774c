"""The deeds on a question that was asked: change its words. The old ones stay, as another version beside them.

`save` keeps what follows, copied below the new words; `save_and_ask` has them answered anew.
"""

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..ask import Asked, ask, question_text, show
from ..branch import Skeleton, skeleton
from ..lock import lock
from ..models import Conversation, Message, Reply
from ..queued import is_waiting
from ..refusals import Refused
from ..turn import my_turn
from .copying import copy_below
from .last_leaf import last_leaf
from .place import Place

WRITING = gettext_lazy(
    "An answer is being written below this question. Wait until it has ended, or use “Save & ask”."
)
WAITING = gettext_lazy("This question still waits for its turn. Change it where it stands.")


def save(question: Message, text: str) -> Message:
    """The new version of `question`, or itself if its words stay the same.

    Raises Refused (no question, empty or too long, an answer below is being written), NotFound (the question
    was removed; lock.py).
    """
    text = question_text(text)
    _refuse_others(question)
    with my_turn():
        conversation = lock(question.conversation_id)
        question.refresh_from_db()
        if question.text == text:
            return question
        tree = skeleton(conversation)
        below = _below(tree, conversation, question)
        if Reply.objects.filter(message__in=below).unfinished().exists():
            raise Refused(WRITING, "text")
        version = Message.objects.create(
            conversation=conversation,
            parent_id=question.parent_id,
            role=Message.Role.USER,
            text=text,
            weight=question.weight,
            copy_of=question,
        )
        rows = Message.objects.in_bulk(below)
        leaf = copy_below(version, [rows[i] for i in below], conversation)
        assert leaf is not None
        show(conversation, leaf)
        return version


def save_and_ask(owner, question: Message, ask_key: uuid.UUID, text: str, *, claimant: str = "") -> Asked:
    """Ask `text` as another version of `question`; see `ask`. Raises Refused as `save`, and as `ask`."""
    _refuse_others(question)
    key = question.conversation.key
    return ask(owner, key, ask_key, text, claimant=claimant, where=Place(beside=question.key))


def _refuse_others(question: Message) -> None:
    if question.role != Message.Role.USER:
        raise Refused(_("Only questions can be changed."), "text")
    replies = list(Reply.objects.filter(message__parent=question)[:2])
    if len(replies) == 1 and is_waiting(replies[0]):
        raise Refused(WAITING, "text")


def _below(tree: Skeleton, conversation: Conversation, question: Message) -> list[int]:
    """What follows the question on the branch shown, or on the one last shown through it."""
    path = tree.path(conversation.leaf_id)
    if question.pk not in path:
        path = tree.path(last_leaf(tree, question.pk))
    return path[path.index(question.pk) + 1 :]
