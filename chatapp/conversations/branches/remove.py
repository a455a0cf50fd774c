"""The deeds: take messages off their branches, and put them back. No row is erased here."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..ask import show
from ..branch import Skeleton, skeleton
from ..lock import lock
from ..models import Conversation, Message, Reply
from ..refusals import Refused
from ..turn import my_turn
from .last_leaf import last_leaf, was_shown

WRITING = gettext_lazy("An answer is being written below this. Stop it first, or wait until it has ended.")


class Scope(StrEnum):
    MESSAGE = "message"  # this one; what is below it moves up
    ANSWERS = "answers"  # a question and its answers; what is below them moves up
    BRANCH = "branch"  # this one and everything below it


@dataclass(frozen=True, slots=True)
class Choice:
    scope: Scope
    count: int  # messages that it takes


def choices(message: Message) -> list[Choice]:
    """What can be taken with `message`, the least first; each takes something else."""
    tree = skeleton(message.conversation)
    found: dict[int, Choice] = {}
    scopes = [Scope.BRANCH, Scope.MESSAGE]
    if message.role == Message.Role.USER:
        scopes.insert(1, Scope.ANSWERS)
    for scope in scopes:
        count = len(_taken(tree, message.pk, scope))
        found.setdefault(count, Choice(scope, count))
    return sorted(found.values(), key=lambda choice: choice.count)


@my_turn()
def remove(message: Message, scope: str) -> datetime.datetime:
    """Take out `message` and what `scope` says; the moment, which all that was taken share.

    Raises Refused (unknown scope, an answer below is being written), NotFound (lock.py).
    """
    if scope not in list(Scope):
        raise Refused(_("Say what to delete: the message, or everything below it too."), "scope")
    conversation = lock(message.conversation_id)
    tree = skeleton(conversation)
    now = timezone.now()
    if message.pk not in tree.parents:
        return message.deleted_at or now  # another tab was quicker
    if Reply.objects.filter(message__in=tree.below(message.pk)).unfinished().exists():
        raise Refused(WRITING)
    leaf_id = tree.nearest(conversation.leaf_id)
    taken = _taken(tree, message.pk, Scope(scope))
    Message.objects.filter(pk__in=taken).update(deleted_at=now)
    if leaf_id in taken:
        leaf_id = _next_leaf(conversation, message.pk)
    _show(conversation, leaf_id)
    return now


@my_turn()
def restore(message: Message) -> bool:
    """Put back `message` and all that went with it, and show it.

    False if it was not taken out, or out of the queue: of that no words are left. Raises NotFound (lock.py).
    """
    conversation = lock(message.conversation_id)
    message.refresh_from_db()
    if message.deleted_at is None or (message.role == Message.Role.USER and not message.text):
        return False
    Message.objects.filter(conversation=conversation, deleted_at=message.deleted_at).update(deleted_at=None)
    _show(conversation, last_leaf(skeleton(conversation), message.pk))
    return True


def _show(conversation: Conversation, leaf_id: int | None) -> None:
    if leaf_id is not None:
        was_shown(leaf_id)
    show(conversation, Message.objects.get(pk=leaf_id) if leaf_id else None)


def _taken(tree: Skeleton, message_id: int, scope: Scope) -> set[int]:
    if scope == Scope.BRANCH:
        return tree.below(message_id)
    taken = {message_id}
    if scope == Scope.ANSWERS and tree.roles[message_id] == Message.Role.USER:
        children = [i for i, parent in tree.parents.items() if parent == message_id]
        taken.update(i for i in children if tree.roles[i] == Message.Role.ASSISTANT)
    return taken


def _next_leaf(conversation: Conversation, message_id: int) -> int | None:
    """What to show when the end of the branch shown is gone: a version beside `message_id`, else what is above."""
    tree = skeleton(conversation)
    above = tree.nearest(message_id)
    beside = [i for i, parent in tree.parents.items() if parent == above]
    if not beside:
        return above
    before = [i for i in beside if i < message_id]
    return last_leaf(tree, before[-1] if before else beside[0])
