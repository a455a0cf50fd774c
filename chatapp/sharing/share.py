"""The deed: make a link to what a conversation shows now."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.tokens import hash_token
from chatapp.conversations import branch
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.outcome import CUT
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.conversations.turn import my_turn

from .address import token_of
from .models import Share

MOST = 20  # open links of one conversation: each holds a copy of its messages
TEMPORARY = gettext_lazy("A temporary chat cannot be shared: nothing of it stays.")
EMPTY = gettext_lazy("There is nothing to share yet.")
UNFINISHED = gettext_lazy("An answer is being written here. Wait until it has ended, or stop it, then share.")
NOT_PUBLIC = gettext_lazy("Public links are switched off here. Share it with the signed-in members of your team.")


@my_turn()
def share(
    conversation: Conversation,
    *,
    audience: str,
    expires_at: datetime.datetime | None,
    with_reasoning: bool,
    with_name: bool,
) -> Share:
    """Store the branch shown as a new link (`expires_at` None: until it is revoked).

    Raises Refused: temporary, empty, unfinished, an audience that is not allowed, a moment that has passed,
    too many links.
    """
    if audience not in Share.Audience.values:
        raise Refused(_("Choose who may read it."), "audience")
    if audience == Share.Audience.ANYONE and not settings.SHARE_PUBLIC:
        raise Refused(NOT_PUBLIC, "audience")
    if expires_at is not None and expires_at <= timezone.now():
        raise Refused(_("This day is over. Choose a later one."), "date")
    conversation = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
    if conversation.deleted_at is not None:
        raise NotFound(_("This chat is not there any more."))
    if Share.objects.open().filter(conversation=conversation).count() >= MOST:
        raise Refused(_("This chat has %(most)s links already. Revoke one of them first.") % {"most": MOST})
    content = snapshot(conversation, with_reasoning)
    key = uuid.uuid4()
    return Share.objects.create(
        key=key,
        conversation=conversation,
        token_hash=hash_token(token_of(key)),
        audience=audience,
        with_reasoning=with_reasoning,
        with_name=with_name,
        title=conversation.title,
        messages=len(content),
        content=content,
        expires_at=expires_at,
    )


def snapshot(conversation: Conversation, with_reasoning: bool) -> list[dict[str, Any]]:
    """The entries of `Share.content` for the branch shown now. Raises Refused if it cannot be shared."""
    if conversation.expires_at is not None:
        raise Refused(TEMPORARY)
    messages = branch.messages(conversation)
    runs = _last_runs([message.pk for message in messages])
    if any(state in (Reply.State.QUEUED, Reply.State.RUNNING) for state, _ in runs.values()):
        raise Refused(UNFINISHED)
    if not messages:
        raise Refused(EMPTY)
    return [_entry(message, runs.get(message.pk), with_reasoning) for message in messages]


def _entry(message: Message, run: tuple[str, str] | None, with_reasoning: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"role": message.role, "text": message.text, "of": message.pk}
    if with_reasoning and message.reasoning:
        entry["reasoning"] = message.reasoning
    if run is not None and (run[0] != Reply.State.COMPLETE or run[1] in CUT):
        entry["cut"] = True
    return entry


def _last_runs(message_ids: list[int]) -> dict[int, tuple[str, str]]:
    """State and finish reason of each message's last run."""
    rows = Reply.objects.filter(message_id__in=message_ids).order_by("id")
    return {pk: (state, why) for pk, state, why in rows.values_list("message_id", "state", "finish_reason")}
