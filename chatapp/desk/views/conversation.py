"""One conversation: the gate that asks for a reason, then the transcript with what reviewers put on it."""

import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from chatapp.accounts.access import MemberRequest
from chatapp.chat import runs
from chatapp.chat.answers import done, uuid_or_none
from chatapp.chat.receipt import receipt_of
from chatapp.conversations import transcript
from chatapp.conversations.branch import skeleton
from chatapp.conversations.branches.last_leaf import last_leaf
from chatapp.conversations.branches.tree import tree
from chatapp.conversations.models import Conversation, Message
from chatapp.review import listing, reasons, scope, visit
from chatapp.review.models import Visit
from chatapp.review.refused import NeedsReason

from ..answers import address_of, message_of, reads, selection_of, session_of, visited, writes
from ..panel import panel
from .listing import last_reason, remember_reason


@reads
def page(request: MemberRequest, key: UUID) -> HttpResponse:
    """The transcript; without an open visit the gate, which shows nothing but facts."""
    try:
        here = visited(request, key)
    except NeedsReason:
        return _gate(request, key)
    conversation = _on_branch(here, request.GET.get("at", ""))
    turns, earlier = transcript.window(conversation)
    context = {
        **_around(request, key),
        **panel(request.user, here, turns),
        "visit": here,
        "conversation": conversation,
        "turns": turns,
        "earlier": earlier,
        "at": request.GET.get("at", ""),
        "idle_minutes": settings.REVIEW_IDLE_MINUTES,
    }
    return render(request, "review/conversation.html", context)


@writes
def open_it(request: MemberRequest, key: UUID) -> HttpResponse:
    """Field `reason`. The owner's open pages are told at once."""
    here = visit.begin(request.user, key, request.POST.get("reason", ""), session_of(request))
    remember_reason(request, here.reason)
    assert here.conversation is not None
    runs.visited(here.conversation)
    return JsonResponse({"url": address_of(request, key)})


@writes
def close(request: MemberRequest, key: UUID) -> HttpResponse:
    visit.end(request.user, key, session_of(request))
    return done()


@reads
def here(request: MemberRequest, key: UUID) -> HttpResponse:
    """Somebody reads this page: the visit goes on."""
    visited(request, key)
    return done()


@reads
def earlier(request: MemberRequest, key: UUID) -> HttpResponse:
    here = visited(request, key)
    conversation = _on_branch(here, request.GET.get("at", ""))
    before = uuid_or_none(request.GET.get("before", "")) or uuid.UUID(int=0)
    turns, more = transcript.window(conversation, before=before)
    context = {
        **panel(request.user, here, turns),
        "conversation": conversation,
        "turns": turns,
        "earlier": more,
        "at": request.GET.get("at", ""),
        "query": selection_of(request).query,
    }
    return render(request, "review/_turns.html", context)


@reads
def branches(request: MemberRequest, key: UUID) -> HttpResponse:
    here = visited(request, key)
    conversation = _on_branch(here, request.GET.get("at", ""))
    context = {"conversation": conversation, "tree": tree(conversation), "query": selection_of(request).query}
    return render(request, "review/_branches.html", context)


@reads
def about(request: MemberRequest, key: UUID, message: UUID) -> HttpResponse:
    """The receipt. Of an answer copied from another chat it says no more than that: that one was not opened."""
    found = message_of(visited(request, key), message)
    return render(request, "chat/_about.html", {"receipt": receipt_of(found, within=found.conversation_id)})


def _gate(request: MemberRequest, key: UUID) -> HttpResponse:
    row = listing.row(scope.of(request.user), key)
    if row is None:
        raise Http404
    context = {
        **_around(request, key),
        "row": row,
        "reason": last_reason(request),
        "longest_reason": reasons.LONGEST,
        "idle_minutes": settings.REVIEW_IDLE_MINUTES,
    }
    return render(request, "review/gate.html", context)


def _around(request: MemberRequest, key: UUID) -> dict[str, Any]:
    """The list that was come from: its neighbours and how far it is reviewed."""
    selection = selection_of(request)
    place = Conversation.objects.filter(key=key).values_list("pk", "updated").first()
    if place is None:
        raise Http404
    pk, moment = place
    facts = listing.row(selection.scope, key)
    return {
        "key": key,
        "query": selection.query,
        "neighbours": listing.neighbours(selection, pk, facts.facts.moment if facts else moment),
        "counts": listing.counts(selection),
        "pseudonym": facts.pseudonym if facts else "",
    }


def _on_branch(here: Visit, at: str) -> Conversation:
    """The conversation with the branch through the message `at` in the place of the owner's; never saved."""
    conversation = here.conversation
    assert conversation is not None
    key = uuid_or_none(at)
    message = Message.objects.kept().filter(conversation=conversation, key=key).first() if key else None
    if message is not None:
        conversation.leaf_id = last_leaf(skeleton(conversation), message.pk)
    return conversation
