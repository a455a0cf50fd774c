"""The tree of a conversation: drawn, named, two branches compared."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chatapp.conversations.branches.name import name_branch
from chatapp.conversations.branches.tree import tree
from chatapp.conversations.models import Conversation, Message

from .. import runs
from ..answers import done, get_page, own_conversation, own_message, post
from ..comparison import comparison


@get_page
def show_map(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    return render(request, "chat/_map.html", {"conversation": conversation, "tree": tree(conversation)})


@post
def name(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    name_branch(message, request.POST.get("name", ""))
    runs.changed(message.conversation, turns=True, row=False)
    return done()


@get_page
def compare(request: HttpRequest, key: UUID) -> HttpResponse:
    """The branches that end at the messages `left` and `right` of the query; a sentence if one of them is gone."""
    conversation = own_conversation(request, key)
    left, right = [_end(conversation, request.GET.get(side, "")) for side in ("left", "right")]
    found = comparison(conversation, left, right) if left and right else {"is_gone": True}
    return render(request, "chat/compare.html", {"conversation": conversation, **found})


def _end(conversation: Conversation, key: str) -> Message | None:
    try:
        return Message.objects.filter(conversation=conversation, key=UUID(key), deleted_at=None).first()
    except ValueError:
        return None
