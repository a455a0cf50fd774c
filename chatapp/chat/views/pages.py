"""Reading: the page of a conversation and its fragments."""

import uuid
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chatapp.conversations import drafts, tail, transcript
from chatapp.conversations.models import Conversation, Folder, Message
from chatapp.conversations.show_branch import show_branch
from chatapp.feedback.rate import thumbs
from chatapp.prompts.chosen import NOTHING, Choice
from chatapp.prompts.resolve import resolve
from chatapp.review.readers import visits_of

from .. import runs
from ..answers import get_page, own_conversation, own_message, own_or_new, own_reply, uuid_or_none
from ..beginnings import folder_of, is_temporary, query_of
from ..meter import left_out_of, meter_of
from ..panel import summary_of
from ..prompt_chip import of as prompt_chip_of
from ..receipt import receipt_of
from ..shelves import shelves

MOST_HAD = 60  # messages that a page names when it asks what is new


class NewConversation:
    """Stands for the conversation that the first question will make."""

    is_new = True
    title = ""

    def __init__(self, request: HttpRequest) -> None:
        self.id = self.key = uuid.uuid4()
        self.query = query_of(request)  # says how it is begun, at each address that may make it
        self.is_temporary = is_temporary(request)
        self.folder = None if self.is_temporary else folder_of(request, None)


@get_page
def new(request: HttpRequest) -> HttpResponse:
    conversation = NewConversation(request)
    context = {
        "conversation": conversation,
        "turns": [],
        "earlier": False,
        "draft": drafts.of(request.user, None),
        **_settings(request, {}, conversation.folder, NOTHING),
        "temporary_hours": settings.TEMPORARY_HOURS,
        "meter": meter_of(None),
    }
    return _page(request, context)


@get_page
def conversation(request: HttpRequest, key: UUID) -> HttpResponse:
    """The end of the branch shown, or the place of the message `m`, whose branch is shown then."""
    found = own_conversation(request, key)
    at = _asked_for(found, request.GET.get("m", ""))
    if at is None:
        turns, earlier = transcript.window(found)
        stretch = transcript.Stretch(turns, earlier, later=False)
    else:
        stretch = _around(found, at)
    meter = meter_of(found)
    mark_left_out(stretch.turns, meter["left_out_ids"])
    mark_thumbs(request, stretch.turns)
    context = {
        "conversation": shown(found),
        "turns": stretch.turns,
        "earlier": stretch.earlier,
        "later": stretch.later,
        "found": at.key if at else None,
        "found_in": "reasoning" if request.GET.get("in") == "reasoning" else "",
        "draft": drafts.of(request.user, found),
        **_settings(request, found.settings, found.folder, found.prompt_choice),
        "meter": meter,
        "visits": visits_of(found),
    }
    return _page(request, context)


@get_page
def turns(request: HttpRequest, key: UUID) -> HttpResponse:
    """The branch shown from the earliest message the page has (`have`: its ids) to the end, or to `upto`.

    `whole`: the page has nothing above them.
    """
    found = own_conversation(request, key)
    have = [one for one in map(uuid_or_none, request.GET.get("have", "").split(",")[:MOST_HAD]) if one]
    upto = uuid_or_none(request.GET.get("upto", ""))
    shown_turns, more = transcript.since(found, have, whole="whole" in request.GET, last=upto)
    mark_left_out(shown_turns, left_out_of(found))
    mark_thumbs(request, shown_turns)
    context = {"conversation": shown(found), "turns": shown_turns, "earlier": more}
    return render(request, "chat/_turns.html", context)


@get_page
def earlier(request: HttpRequest, key: UUID) -> HttpResponse:
    found = own_conversation(request, key)
    older, more = transcript.window(found, before=uuid_or_none(request.GET.get("before", "")) or uuid.UUID(int=0))
    mark_left_out(older, left_out_of(found))
    mark_thumbs(request, older)
    context = {"conversation": shown(found), "turns": older, "earlier": more}
    return render(request, "chat/_turns.html", context)


@get_page
def later(request: HttpRequest, key: UUID) -> HttpResponse:
    found = own_conversation(request, key)
    stretch = transcript.after(found, uuid_or_none(request.GET.get("after", "")))
    mark_left_out(stretch.turns, left_out_of(found))
    mark_thumbs(request, stretch.turns)
    context = {"conversation": shown(found), "turns": stretch.turns, "later": stretch.later}
    return render(request, "chat/_turns.html", context)


@get_page
def message(request: HttpRequest, key: UUID) -> HttpResponse:
    found = own_message(request, key)
    turn = transcript.one(found)
    mark_left_out([turn], left_out_of(found.conversation))
    mark_thumbs(request, [turn])
    return render(request, "chat/_message.html", {"conversation": shown(found.conversation), "turn": turn})


@get_page
def source(request: HttpRequest, key: UUID) -> HttpResponse:
    return HttpResponse(
        transcript.one(own_message(request, key)).text, content_type="text/markdown; charset=utf-8"
    )


@get_page
def about(request: HttpRequest, key: UUID) -> HttpResponse:
    found = own_message(request, key)
    return render(request, "chat/_about.html", {"receipt": receipt_of(found)})


@get_page
def meter(request: HttpRequest, key: UUID) -> HttpResponse:
    """How full the window is; and the prompt, of which another version may have been published since."""
    found = own_or_new(request, key)
    context = {"meter": meter_of(found)}
    if found:
        context |= _settings(request, found.settings, found.folder, found.prompt_choice)
    return render(request, "chat/_below.html", context)


@get_page
def reply_tail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Events after `after`, as they were sent. JSON built as text: their data is JSON text already."""
    reply = own_reply(request, key)
    try:
        after = max(0, int(request.GET.get("after", "0")))
    except ValueError:
        after = 0
    events = tail.after(reply, after)
    entries = ",".join([f'[{seq},"{kind}",{data}]' for seq, kind, data in events])
    head = orjson.dumps(
        {
            "reply": str(reply.key),
            "message": str(reply.message.key),
            "conversation": str(reply.conversation.key),
            # The row was read before the log: what the log ends with is newer.
            "state": tail.ended_as(events) or reply.state,
            # What earlier runs wrote into the same answer; the numbered events go on from there.
            "before": {"text": reply.message.text, "reasoning": reply.message.reasoning}
            if reply.is_unfinished
            else {},
        }
    ).decode()
    return HttpResponse(f'{head[:-1]},"events":[{entries}]}}', content_type="application/json")


def _settings(
    request: HttpRequest, values: dict[str, Any], folder: Folder | None, choice: Choice
) -> dict[str, Any]:
    """What the row below the message box says of settings."""
    resolved = resolve(values, request.user, folder.settings if folder else {}, choice)
    return {"settings_summary": summary_of(resolved), "prompt": prompt_chip_of(resolved, choice)}


def _asked_for(conversation: Conversation, key: str) -> Message | None:
    wanted = uuid_or_none(key)
    return conversation.messages.filter(key=wanted, deleted_at=None).first() if wanted else None


def _around(conversation: Conversation, message: Message) -> transcript.Stretch:
    """The place of a message. Opening it in another branch shows that branch, in the other tabs, too: a chat has
    one branch that is shown, and questions go on from there."""
    stretch = transcript.around(conversation, message)
    if stretch is None:
        show_branch(message)
        runs.changed(conversation, turns=True, row=False)
        conversation.refresh_from_db(fields=["leaf"])
        stretch = transcript.around(conversation, message)
    if stretch is None:
        raise Http404
    return stretch


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        answer = render(request, "chat/_main.html", context)
    else:
        answer = render(request, "chat/page.html", {**context, **shelves(request)})
    answer["Vary"] = "HX-Request"
    return answer


def shown(found: Conversation) -> dict[str, Any]:
    """A conversation as templates know it."""
    return {
        "id": found.key,
        "title": found.title,
        "is_new": False,
        "expires": found.expires_at,
        "is_temporary": found.expires_at is not None,
    }


def mark_left_out(turns_: list[transcript.Turn], left_out: set[UUID]) -> None:
    for turn in turns_:
        turn.is_left_out = turn.id in left_out


def mark_thumbs(request: HttpRequest, turns_: list[transcript.Turn]) -> None:
    given = thumbs(request.user, [turn.id for turn in turns_])
    for turn in turns_:
        turn.thumb = given.get(turn.id, "")
