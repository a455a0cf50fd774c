"""The deeds on what is read. Each answers with the parts of the page that changed, to be put in by their ids."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from chatapp.accounts.access import MemberRequest
from chatapp.conversations.models import Message
from chatapp.conversations.refusals import Refused
from chatapp.review import listing, marks
from chatapp.review.models import Mark, Visit

from ..answers import message_of, selection_of, visited, writes
from ..panel import bars, side


@writes
def score(request: MemberRequest, key: UUID, message: UUID) -> HttpResponse:
    """Field `place`: a key from 1 to 9."""
    here = visited(request, key)
    answer = message_of(here, message)
    place = request.POST.get("place", "")
    if place not in "123456789" or len(place) != 1:
        raise Refused("", "place")
    marks.score(request.user, answer, int(place))
    return _parts(request, here, [answer.key])


@writes
def correct(request: MemberRequest, key: UUID, message: UUID) -> HttpResponse:
    """Field `text`; empty takes the correction away."""
    here = visited(request, key)
    answer = message_of(here, message)
    marks.correct(request.user, answer, request.POST.get("text", ""))
    return _parts(request, here, [answer.key])


@writes
def label(request: MemberRequest, key: UUID) -> HttpResponse:
    here = visited(request, key)
    assert here.conversation is not None
    marks.label(request.user, here.conversation, request.POST.get("label", ""))
    return _parts(request, here)


@writes
def comment(request: MemberRequest, key: UUID) -> HttpResponse:
    here = visited(request, key)
    assert here.conversation is not None
    marks.comment(request.user, here.conversation, request.POST.get("comment", ""))
    return _parts(request, here)


@writes
def remove_comment(request: MemberRequest, key: UUID, comment: UUID) -> HttpResponse:
    here = visited(request, key)
    assert here.conversation is not None
    marks.remove_comment(request.user, here.conversation, comment)
    return _parts(request, here)


@writes
def reviewed(request: MemberRequest, key: UUID) -> HttpResponse:
    """Field `done`: true or false."""
    here = visited(request, key)
    assert here.conversation is not None
    marks.review(request.user, here.conversation, request.POST.get("done") == "true")
    return _parts(request, here)


@writes
def undo(request: MemberRequest, key: UUID) -> HttpResponse:
    here = visited(request, key)
    assert here.conversation is not None
    deed = marks.undo(request.user, here.conversation)
    touched: Iterable[UUID] = []
    if deed is not None:
        added = Mark.objects.filter(deed=deed.key, message__isnull=False).values("message")
        back = Mark.objects.filter(conversation=here.conversation, message__isnull=False, removed_at=None)
        ids = Message.objects.filter(pk__in=added) | Message.objects.filter(pk__in=back.values("message"))
        touched = ids.distinct().values_list("key", flat=True)
    return _parts(request, here, touched, undone=deed)


def _parts(request: MemberRequest, here: Visit, answers: Iterable[UUID] = (), **more: object) -> HttpResponse:
    selection = selection_of(request)
    context = {
        **side(request.user, here),
        "counts": listing.counts(selection),
        "bars": bars(request.user, here, answers),
        "key": here.conversation.key if here.conversation else None,
        "visit": here,
        "conversation": here.conversation,
        "query": selection.query,
        **more,
    }
    return render(request, "review/_parts.html", context)
