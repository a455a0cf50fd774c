"""The list of conversations, and what is done to one from there."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chatapp.conversations import drafts, listing, rename
from chatapp.conversations.models import Conversation

from .. import runs
from ..answers import done, get_page, own_conversation, own_or_new, post
from ..shelves import asked_for, shelves


@get_page
def rows(request: HttpRequest) -> HttpResponse:
    """More of one shelf (`of`, with `folder` or `tag`), after the row `before`."""
    shelf = asked_for(request)
    found, next_cursor = listing.page(request.user, request.GET.get("before", ""), shelf)
    return render(request, "chat/_rows.html", {"rows": found, "next_cursor": next_cursor, "shelf": shelf})


@get_page
def lists(request: HttpRequest) -> HttpResponse:
    """What the sidebar shows: all shelves of the chats, or the one that `of` names."""
    return render(request, "chat/_shelves.html", shelves(request))


@get_page
def row(request: HttpRequest, key: UUID) -> HttpResponse:
    """The row with the shelf it stands on, seen from the list that `of` names."""
    found = listing.row(request.user, key, asked_for(request))
    if found is None:
        raise Http404
    return render(request, "chat/_row.html", {"row": found})


@post
def rename_it(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    rename.rename(conversation, request.POST.get("title", ""))
    runs.changed(conversation)
    return done()


@post
def read(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    if conversation.unread:
        Conversation.objects.filter(pk=conversation.pk).update(read_at=timezone.now())
        runs.changed(conversation)
    return done()


@post
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep what is typed. A conversation without a question yet is the new-chat page, with its draft."""
    conversation = own_or_new(request, key)
    if conversation is not None and conversation.leaf_id is None and not conversation.title:
        conversation = None
    text = request.POST.get("text", "")
    drafts.keep(request.user, conversation, text)
    if conversation is not None:
        runs.draft(conversation, text)
    return done()
