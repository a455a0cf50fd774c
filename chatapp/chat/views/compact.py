"""Condensing the earlier part of a conversation: the choice, and what is done to the summary."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chatapp.conversations.compacting import begin, change, cut
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import Refused

from .. import runs
from ..answers import done, get_page, intake, own_conversation, own_message, post


@get_page
def choice(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dialog: how much is condensed when so many exchanges are kept."""
    cuts = cut.cuts(own_conversation(request, key))
    usual = next((one.keep for one in cuts if one.keep == cut.USUAL), cuts[0].keep if cuts else 0)
    return render(request, "chat/_compact.html", {"cuts": cuts, "usual": usual, "nothing": begin.NOTHING})


@intake
def start(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    try:
        keep = int(request.POST.get("keep", cut.USUAL))
    except ValueError:
        raise Refused(_("Choose how many of the last exchanges stay as they are."), "keep") from None
    runs.condense(begin.begin(conversation, keep))
    return _told(conversation)


@intake
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    runs.condense(begin.again(change.of(message)))
    return _told(message.conversation)


@post
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    change.edit(change.of(message), request.POST.get("text", ""))
    return _told(message.conversation)


@post
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    change.remove(change.of(message))
    return _told(message.conversation)


@post
def bring_back(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    change.bring_back(change.of(message, removed=True))
    return _told(message.conversation)


def _told(conversation: Conversation) -> HttpResponse:
    runs.changed(conversation, turns=True, row=False)
    return done()
