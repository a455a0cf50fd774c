"""How the chat's posts answer: JSON for what was stored, a sentence for what was refused."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import member_required
from chatapp.conversations import trouble
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.refusals import NotFound, Refused, TooLate

from . import runs

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
NO_DATABASE = gettext_lazy("The database is busy. Nothing was stored; your text is kept. Try again in a moment.")
NO_ROOM = gettext_lazy(
    "The server's disk is full or cannot be written to. Nothing was stored; your text is kept. "
    "Tell whoever runs the server."
)
TOO_MANY = gettext_lazy("That was a lot at once. Your text is kept; wait a moment and try again.")
AT_ONCE = gettext_lazy("This was changed at the same time somewhere else. Try again.")
DRAINING = gettext_lazy("The server is being restarted. Your text is kept; it is sent again in a moment.")


def get_page(view: View) -> View:
    """A page or fragment for members."""
    return require_GET(member_required(view))


def post(view: View) -> View:
    """A deed for members, so many in a minute: as `deed`, or 429."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if too_many(request.user.pk):
            return JsonResponse({"error": TOO_MANY}, status=429, headers={"Retry-After": "20"})
        return view(request, *args, **kwargs)

    return deed(counted)


def deed(view: View) -> View:
    """A post of members: a refusal becomes 422 (404, 409) with `{"error": sentence, "field": name}`."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except trouble.FAILURES as error:
            # Locked, restarting, full, or all connections in use: nothing was stored, and the page sends it again.
            why = trouble.why(error)
            logger.warning("a post could not be stored: %s", why)
            sentence = NO_ROOM if why == trouble.DISK else NO_DATABASE
            return JsonResponse({"error": sentence}, status=503, headers={"Retry-After": "3"})
        except IntegrityError:
            # Two tabs made the same thing at once, and the database let in one.
            logger.warning("a post met another one that was quicker: %s", view.__name__)
            return JsonResponse({"error": AT_ONCE}, status=409)
        except Refused as refusal:
            status = {NotFound: 404, TooLate: 409}.get(type(refusal), 422)
            return JsonResponse({"error": refusal.sentence, "field": refusal.field}, status=status)

    return require_POST(member_required(answered))


def too_many(user_id: int | None) -> bool:
    """Whether a member has posted more than POSTS_PER_MINUTE in this minute, in this process."""
    key = f"posts:{user_id}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > settings.POSTS_PER_MINUTE
    except ValueError:  # it expired in between
        return False


def intake(view: View) -> View:
    """A deed that begins an answer: refused with 503 while the server drains."""

    @wraps(view)
    def open_or_not(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if runs.is_draining():
            return JsonResponse({"error": DRAINING}, status=503, headers={"Retry-After": "3"})
        return view(request, *args, **kwargs)

    return post(open_or_not)


def begun(
    conversation: Conversation,
    message: Message,
    reply: Reply,
    repeat: bool = False,
    rival: UUID | None = None,
    draft: str = "",
) -> JsonResponse:
    """The answer to a question, a retry or a continuation that was stored.

    rival: what had been asked meanwhile in the question's place. draft: what is left of the chat's draft.
    """
    return JsonResponse(
        {
            "conversation": str(conversation.key),
            "url": reverse("chat:conversation", args=[conversation.key]),
            "message": str(message.key),
            "reply": str(reply.key),
            "state": reply.state,
            "repeat": repeat,
            "rival": str(rival) if rival else None,
            "draft": draft,
        }
    )


def done() -> HttpResponse:
    return HttpResponse(status=204)


def own_conversation(request: HttpRequest, key: Any) -> Conversation:
    return get_object_or_404(Conversation.objects.of(request.user), key=key)


def own_or_new(request: HttpRequest, key: Any) -> Conversation | None:
    """The user's own; None if there is none of this key yet; 404 for somebody else's or a deleted one."""
    conversation = Conversation.objects.filter(key=key).first()
    if conversation and (conversation.owner_id != request.user.pk or conversation.deleted_at):
        raise Http404
    return conversation


def own_message(request: HttpRequest, key: Any) -> Message:
    messages = Message.objects.of(request.user).select_related("conversation", "parent")
    return get_object_or_404(messages, key=key)


def own_removed(request: HttpRequest, key: Any) -> Message:
    """A message of the user's, removed or not."""
    own = Message.objects.filter(conversation__owner_id=request.user.pk, conversation__deleted_at=None)
    return get_object_or_404(own.select_related("conversation"), key=key)


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def ask_key_of(request: HttpRequest) -> UUID:
    """The id that the page made for this press of Send. Raises Refused."""
    if (key := uuid_or_none(request.POST.get("ask", ""))) is None:
        raise Refused(_("This page is out of date. Reload it and send again."), "ask")
    return key


def own_reply(request: HttpRequest, key: Any) -> Reply:
    replies = Reply.objects.of(request.user).select_related("conversation", "message")
    return get_object_or_404(replies, key=key)
