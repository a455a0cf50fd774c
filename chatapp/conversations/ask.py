"""The deed: ask a question. One transaction stores the question and the reply that will answer it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp import rows
from chatapp.accounts.written import grouped

from .branches.place import Place, rival
from .claim import at_once, unfinished
from .models import Conversation, Draft, Message, Reply
from .refusals import NotFound, Refused
from .titles import first_words
from .turn import my_turn

MAX_QUEUED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    conversation: Conversation
    question: Message
    reply: Reply
    repeat: bool  # this `ask` was stored before; nothing was changed
    rival: uuid.UUID | None = None  # what had been asked in its place meanwhile: there are two branches now


def ask(
    owner,
    conversation_key: uuid.UUID,
    ask_key: uuid.UUID,
    text: str,
    *,
    claimant: str = "",
    settings_=None,
    place: Mapping[str, Any] | None = None,
    where: Place | None = None,
) -> Asked:
    """Store `text` as the next question of the conversation, which is made if its key is new.

    ask_key: made by the browser for one press of Send. A repeat returns the first result.
    claimant: the process that will run the reply at once, if it may run now; otherwise it stays queued.
    settings_: settings of a conversation made by this question.
    place: further columns of one that begins with it (ordering/temporary.py).
    where: below which message it belongs; at the end of the branch shown if not given.
    Raises Refused (empty or too long, too many waiting), NotFound (the conversation is somebody else's).
    """
    text = question_text(text)
    for _attempt in range(2):
        try:
            with my_turn():
                return _ask(owner, conversation_key, ask_key, text, claimant, settings_ or {}, place or {}, where)
        except IntegrityError:
            # A repeat, or the first two questions of a new conversation met in two processes.
            if repeated := _repeated(owner, conversation_key, ask_key):
                return repeated
    raise Refused(_("This could not be stored just now. Send it again."))


def question_text(text: str) -> str:
    """`text` as it may be stored. Raises Refused if it is empty or too long."""
    if not text.strip():
        raise Refused(_("Write a question first."), "text")
    if len(text) > settings.MAX_QUESTION_CHARS:
        raise Refused(
            _("This is %(length)s characters long; %(most)s are possible. Shorten it or send it in parts.")
            % {"length": grouped(len(text)), "most": grouped(settings.MAX_QUESTION_CHARS)},
            "text",
        )
    return text.replace("\x00", "\ufffd")  # PostgreSQL stores no NUL


def _ask(owner, conversation_key, ask_key, text, claimant, chat_settings, place, where: Place | None) -> Asked:
    now = timezone.now()
    before = None  # what is unfinished, if the conversation is not made here
    lock = "FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    conversation = rows.first(Conversation, f"WHERE key = %s {lock}", [conversation_key])
    if conversation is None:
        conversation = Conversation.objects.create(
            key=conversation_key,
            owner=owner,
            title=first_words(text),
            settings=chat_settings,
            updated=now,
            **place,
        )
        _forget_new_chat_draft(owner, text)
    elif conversation.owner_id != owner.pk or conversation.deleted_at or conversation.is_over:
        raise NotFound(_("This conversation is not there any more."))
    else:
        before = unfinished(conversation)
        if before.here > MAX_QUEUED:
            if repeated := _repeated(owner, conversation_key, ask_key):
                return repeated
            raise Refused(
                _("%(most)s questions are already waiting here. Let some be answered first.")
                % {"most": MAX_QUEUED},
                "text",
            )
    if conversation.leaf_id is None and not conversation.title:
        # Made before its first question, to hold settings.
        conversation.title = first_words(text)
        for name, value in place.items():
            setattr(conversation, name, value)
        conversation.save(update_fields=["title", *place])
        _forget_new_chat_draft(owner, text)
    parent_id = where.find(conversation) if where else conversation.leaf_id
    beside = rival(conversation, parent_id) if where and not where.beside else None
    question = Message(
        conversation=conversation,
        parent_id=parent_id,
        role=Message.Role.USER,
        text=text,
        ask=ask_key,
    )
    rows.insert(question)
    answer = Message(conversation=conversation, parent=question, role=Message.Role.ASSISTANT)
    rows.insert(answer)
    reply = Reply(conversation=conversation, message=answer, **at_once(conversation, claimant, before))
    rows.insert(reply)
    if before and not (where and where.beside):  # an edited question is not what is being typed below
        # If it grew into this question: another device may have words of its own in it.
        rows.run(
            "DELETE FROM conversations_draft"
            " WHERE owner_id = %s AND conversation_id = %s AND text = SUBSTR(%s, 1, LENGTH(text))",
            [owner.pk, conversation.pk, text],
        )
    show(conversation, answer)
    return Asked(conversation, question, reply, repeat=False, rival=beside)


def _repeated(owner, conversation_key: uuid.UUID, ask_key: uuid.UUID) -> Asked | None:
    """What this press of Send has stored before, if anything.

    Not looked for ahead of each question: repeats are rare, and the database lets none in twice.
    """
    own = Message.objects.filter(conversation__owner=owner, conversation__deleted_at=None)
    found = own.filter(conversation__key=conversation_key, ask=ask_key)
    question = found.select_related("conversation").first()
    if question is None:
        return None
    reply = Reply.objects.filter(message__parent=question).order_by("id").first()
    if reply is None:
        raise NotFound(_("This question was removed."))
    return Asked(question.conversation, question, reply, repeat=True)


def _forget_new_chat_draft(owner, text: str) -> None:
    """All new-chat pages share one draft: it goes if it grew into this question, not if another tab wrote it."""
    draft = Draft.objects.filter(owner=owner, conversation=None).first()
    if draft and text.strip().startswith(draft.text.strip()):
        draft.delete()


def show(conversation: Conversation, leaf: Message | None) -> None:
    """Make `leaf` the end of the branch shown, None for none. Belongs into the transaction that made the leaf."""
    rows.run(
        "UPDATE conversations_conversation SET leaf_id = %s, updated = %s, version = version + 1 WHERE id = %s",
        [leaf and leaf.pk, timezone.now(), conversation.pk],
    )
    conversation.leaf = leaf
