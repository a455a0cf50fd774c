"""The deed: ask a question. One transaction stores the question and the reply that will answer it."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from .claim import at_once
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


def ask(
    owner, conversation_key: uuid.UUID, ask_key: uuid.UUID, text: str, *, claimant: str = "", settings_=None
) -> Asked:
    """Store `text` as the next question of the conversation, which is made if its key is new.

    ask_key: made by the browser for one press of Send. A repeat returns the first result.
    claimant: the process that will run the reply at once, if it may run now; otherwise it stays queued.
    settings_: settings of a conversation made by this question.
    Raises Refused (empty or too long, too many waiting), NotFound (the conversation is somebody else's).
    """
    if not text.strip():
        raise Refused("Write a question first.", "text")
    if len(text) > settings.MAX_QUESTION_CHARS:
        raise Refused(
            f"This is {len(text):,} characters long; {settings.MAX_QUESTION_CHARS:,} are possible. "
            "Shorten it or send it in parts.",
            "text",
        )
    text = text.replace("\x00", "\ufffd")  # PostgreSQL stores no NUL
    for _ in range(2):
        try:
            with my_turn():
                return _ask(owner, conversation_key, ask_key, text, claimant, settings_ or {})
        except IntegrityError:
            # The same press of Send, or the first two of a new conversation, met in another process:
            # the second look finds the row.
            continue
    raise Refused("This could not be stored just now. Send it again.")


def _ask(owner, conversation_key, ask_key, text, claimant, chat_settings) -> Asked:
    now = timezone.now()
    before = 0  # replies that must end first
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(key=conversation_key).first()
    if conversation is None:
        conversation = Conversation.objects.create(
            key=conversation_key, owner=owner, title=first_words(text), settings=chat_settings, updated=now
        )
        _forget_new_chat_draft(owner, text)
    elif conversation.owner_id != owner.pk or conversation.deleted_at:
        raise NotFound("This conversation is not there any more.")
    else:
        repeated = Message.objects.filter(conversation=conversation, ask=ask_key).first()
        if repeated:
            reply = Reply.objects.filter(message__parent=repeated).order_by("id").first()
            if reply is None:
                raise NotFound("This question was removed.")
            return Asked(conversation, repeated, reply, repeat=True)
        before = Reply.objects.filter(conversation=conversation).unfinished().count()
        if before > MAX_QUEUED:
            raise Refused(f"{MAX_QUEUED} questions are already waiting here. Let some be answered first.", "text")
    if conversation.leaf_id is None and not conversation.title:
        # Made before its first question, to hold settings.
        conversation.title = first_words(text)
        conversation.save(update_fields=["title"])
        _forget_new_chat_draft(owner, text)
    question = Message.objects.create(
        conversation=conversation,
        parent_id=conversation.leaf_id,
        role=Message.Role.USER,
        text=text,
        ask=ask_key,
    )
    answer = Message.objects.create(conversation=conversation, parent=question, role=Message.Role.ASSISTANT)
    claim = {} if before else at_once(conversation, claimant)
    reply = Reply.objects.create(conversation=conversation, message=answer, **claim)
    Draft.objects.filter(owner=owner, conversation=conversation).delete()
    show(conversation, answer)
    return Asked(conversation, question, reply, repeat=False)


def _forget_new_chat_draft(owner, text: str) -> None:
    """All new-chat pages share one draft: it goes if it grew into this question, not if another tab wrote it."""
    draft = Draft.objects.filter(owner=owner, conversation=None).first()
    if draft and text.strip().startswith(draft.text.strip()):
        draft.delete()


def show(conversation: Conversation, leaf: Message) -> None:
    """Make `leaf` the end of the branch shown. Belongs into the transaction that made the leaf."""
    Conversation.objects.filter(pk=conversation.pk).update(
        leaf=leaf, updated=timezone.now(), version=F("version") + 1
    )
    conversation.leaf = leaf
