"""The palette: what is found, and what is there before anything is typed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from chatapp.conversations.finding import snippets
from chatapp.conversations.finding.query import Term
from chatapp.conversations.finding.search import Found, newest, search
from chatapp.conversations.models import Conversation, Message
from chatapp.sharing.models import Share

from ..answers import get_page

RECENT = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the results: a message in its conversation."""

    message: Message
    conversation: Conversation
    snippet: SafeString
    in_reasoning: bool


@get_page
def palette(request: HttpRequest) -> HttpResponse:
    """The empty palette with the newest conversations."""
    return render(request, "chat/find/_palette.html", {"recent": newest(request.user, RECENT)})


@get_page
def results(request: HttpRequest) -> HttpResponse:
    """What is found for `q`; with `titles` or `messages` (cursors) the lines that come next in that list."""
    text = request.GET.get("q", "")
    found = search(
        request.user,
        text,
        shared=Share.objects.of(request.user).order_by().values("conversation_id"),
        titles_after=request.GET.get("titles", ""),
        messages_after=request.GET.get("messages", ""),
    )
    context = {
        "q": text,
        "found": found,
        "titles": [(c, snippets.whole(c.title, found.query.terms)) for c in found.titles],
        "hits": _hits(found),
        "goes_on": bool(request.GET.get("titles") or request.GET.get("messages")),
        "recent": newest(request.user, RECENT) if not text.strip() else [],
    }
    return render(request, "chat/find/_results.html", context)


def _hits(found: Found) -> list[Hit]:
    return [_hit(message, found.query.terms) for message in found.messages]


def _hit(message: Message, terms: list[Term]) -> Hit:
    shown = snippets.snippet(message.text, terms)
    in_reasoning = shown is None and (shown := snippets.snippet(message.reasoning, terms)) is not None
    if shown is None:
        shown = snippets.beginning(message.text)
    return Hit(message, message.conversation, shown, in_reasoning)
