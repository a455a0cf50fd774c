"""The deed: go on with an answer that was cut. A new reply writes on in the same message."""

from django.db.models import F
from django.utils.translation import gettext as _

from .branches.copies import origins
from .claim import at_once
from .lock import lock
from .models import Conversation, Message, Reply
from .models.reply import CUT
from .refusals import Refused
from .retry import BUSY
from .turn import my_turn


@my_turn()
def continue_answer(answer: Message, *, claimant: str = "") -> Reply:
    """Raises Refused (nothing to continue, it is complete, or another reply is unfinished), NotFound."""
    if answer.role != Message.Role.ASSISTANT or not answer.text.strip():
        raise Refused(_("There is no text to go on from. Try again instead."))
    conversation = lock(answer.conversation_id)
    if Reply.objects.filter(conversation=conversation).unfinished().exists():
        raise Refused(BUSY)
    if conversation.leaf_id != answer.pk:
        raise Refused(_("The conversation has gone on after this answer. Ask for the rest in a new question."))
    last = Reply.objects.filter(message=answer).order_by("-id").first()
    if _is_complete(answer, last):
        raise Refused(_("This answer is complete. Ask for more in a new question."))
    reply = Reply.objects.create(
        conversation=conversation,
        message=answer,
        way=Reply.Way.CONTINUE,
        overrides=last.overrides if last else {},
        **at_once(conversation, claimant),
    )
    Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1)
    return reply


def _is_complete(answer: Message, last: Reply | None) -> bool:
    if last is None:
        origin = origins([answer]).get(answer.pk)
        if origin is None:
            return True  # imported: nobody said that something is missing
        if not origin.is_whole:
            return False
        last = origin.runs[-1]
    return last.state == Reply.State.COMPLETE and last.finish_reason not in CUT
