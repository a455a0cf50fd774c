"""Writing: what a member does in a conversation. Each view checks, calls one deed, tells the tabs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from chatapp.conversations import drafts, queued, stop, tail, weigh
from chatapp.conversations.ask import ask
from chatapp.conversations.branches.place import Place
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.reply import prepare
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch
from chatapp.feedback import signals
from chatapp.feedback.models import Signal

from .. import runs
from ..answers import ask_key_of, begun, done, intake, own_message, own_reply, post, uuid_or_none
from ..beginnings import beginning_of


@intake
def send(request: HttpRequest, key: UUID) -> HttpResponse:
    text, where = request.POST.get("text", ""), None
    if "parent" in request.POST:  # a page that says what it has
        where = Place(uuid_or_none(request.POST["parent"]), uuid_or_none(request.POST.get("after", "")))
    asked = ask(
        request.user,
        key,
        ask_key_of(request),
        text,
        claimant=runs.claimant(),
        place=beginning_of(request),
        where=where,
    )
    if not asked.repeat:
        runs.launch(asked.reply, prepare(asked.reply))
        runs.changed(asked.conversation, turns=True)
    draft = drafts.of(request.user, asked.conversation)
    if not asked.repeat:
        runs.draft(asked.conversation, draft)
    return begun(asked.conversation, asked.question, asked.reply, asked.repeat, asked.rival, draft)


@intake
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    answer = own_message(request, key)
    reply = retry(answer, request.POST.get("way", "retry"), claimant=runs.claimant())
    runs.launch(reply)
    runs.aside(signals.note, Signal.Kind.REGENERATE, answer.pk)
    runs.changed(answer.conversation, turns=True)
    return begun(answer.conversation, reply.message, reply)


@intake
def go_on(request: HttpRequest, key: UUID) -> HttpResponse:
    answer = own_message(request, key)
    reply = continue_answer(answer, claimant=runs.claimant())
    runs.launch(reply)
    runs.changed(answer.conversation, turns=True)
    return begun(answer.conversation, answer, reply)


@post
def stop_reply(request: HttpRequest, key: UUID) -> HttpResponse:
    reply = own_reply(request, key)
    if stop.stop(reply):
        runs.stop_soon(reply.pk)
        runs.ended(reply.pk, tail.whole([reply.pk]))  # one that waited has its end by now
        runs.aside(signals.note, Signal.Kind.STOP, reply.message_id)
        runs.changed(reply.conversation, turns=True)
    return done()


@post
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    show_branch(message)
    runs.changed(message.conversation, turns=True, row=False)
    return done()


@post
def weight(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    weigh.weigh(message, request.POST.get("weight", ""))
    runs.changed(message.conversation, turns=True, row=False)
    return done()


@post
def queued_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    queued.edit(message, request.POST.get("text", ""))
    runs.changed(message.conversation, turns=True, row=False)
    return done()


@post
def queued_remove(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    queued.remove(message)
    runs.changed(message.conversation, turns=True)
    return done()
