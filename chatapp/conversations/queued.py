"""The deeds on a question that waits: change its words, or take it out. Refused once it has started."""

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.written import grouped

from .models import Conversation, Message, Reply
from .refusals import Refused, TooLate

STARTED = gettext_lazy("This question is already being answered. Nothing was changed.")


@transaction.atomic
def edit(question: Message, text: str) -> None:
    """Raises Refused (empty, too long) or TooLate."""
    if not text.strip():
        raise Refused(_("Write a question first, or remove it."), "text")
    if len(text) > settings.MAX_QUESTION_CHARS:
        raise Refused(
            _("At most %(most)s characters are possible.") % {"most": grouped(settings.MAX_QUESTION_CHARS)},
            "text",
        )
    # The conversation's row first, here and in the other deeds: one order of locks, no deadlock.
    Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=question.conversation_id)
    _waiting_reply(question)
    Message.objects.filter(pk=question.pk).update(text=text.replace("\x00", "\ufffd"))
    _changed(question)


@transaction.atomic
def remove(question: Message) -> None:
    """Take question and unwritten answer out; what waits behind it moves up. Raises TooLate."""
    # First of all: what stood before the question may be taken out at this moment, too.
    conversation = Conversation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=question.conversation_id
    )
    reply = _waiting_reply(question)
    answer = reply.message
    question = Message.objects.get(pk=question.pk)
    Message.objects.filter(parent=answer).update(parent=question.parent_id)
    if conversation.leaf_id == answer.pk:
        Conversation.objects.filter(pk=conversation.pk).update(leaf=question.parent_id)
    answer.delete()
    # Its `ask` stays, without the words: a page that has not heard of this and sends it again does not ask.
    Message.objects.filter(pk=question.pk).update(deleted_at=timezone.now(), text="")
    _changed(question)


def is_waiting(reply: Reply) -> bool:
    """Whether its question may still be changed: it was never answered, not even in part."""
    return reply.state == Reply.State.QUEUED and reply.way == Reply.Way.ASK


def _waiting_reply(question: Message) -> Reply:
    """The one reply to `question`, queued, locked against being claimed while we look.

    A question whose answer is to be tried again or continued has words below it already: those are stopped,
    not taken out.
    """
    replies = list(
        Reply.objects.select_for_update(of=("self",)).filter(message__parent=question).select_related("message")
    )
    if len(replies) != 1 or not is_waiting(replies[0]) or question.role != Message.Role.USER:
        raise TooLate(STARTED)
    return replies[0]


def _changed(question: Message) -> None:
    Conversation.objects.filter(pk=question.conversation_id).update(version=F("version") + 1)
