"""Branches: questions with other words, answers with other settings, messages removed, chats forked off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chatapp.conversations.branches import edit as editing
from chatapp.conversations.branches import fork as forking
from chatapp.conversations.branches import remove as removing
from chatapp.conversations.models import Message, Reply
from chatapp.conversations.retry import retry
from chatapp.feedback import signals
from chatapp.feedback.models import Signal

from .. import panel, runs
from ..answers import ask_key_of, begun, done, get_page, intake, own_message, own_removed, post

FIRST = ("reasoning.effort", "temperature", "max_tokens")  # what one changes for one answer, mostly


@post
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    question = own_message(request, key)
    version = editing.save(question, request.POST.get("text", ""))
    runs.aside(signals.note, Signal.Kind.EDIT, question.pk)
    runs.changed(question.conversation, turns=True)
    return JsonResponse({"message": str(version.key)})


@intake
def edit_and_ask(request: HttpRequest, key: UUID) -> HttpResponse:
    question = own_message(request, key)
    asked = editing.save_and_ask(
        request.user, question, ask_key_of(request), request.POST.get("text", ""), claimant=runs.claimant()
    )
    if not asked.repeat:
        runs.launch(asked.reply)
        runs.aside(signals.note, Signal.Kind.EDIT, question.pk)
        runs.changed(asked.conversation, turns=True)
    return begun(asked.conversation, asked.question, asked.reply, asked.repeat)


@get_page
def other_form(request: HttpRequest, key: UUID) -> HttpResponse:
    answer = own_message(request, key)
    last = Reply.objects.filter(message=answer).order_by("-id").first()
    return _other_form(request, answer, last.overrides if last and last.way == Reply.Way.OTHER else {})


@intake
def other(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer again with the settings of the form; with none, as they are. What is not valid comes back marked."""
    answer = own_message(request, key)
    typed = {name: text for name, text in panel.typed(request.POST).items() if text.strip()}
    try:
        values = panel.cleaned(typed)
    except panel.InvalidSettings as invalid:
        return _other_form(request, answer, typed, invalid.errors)
    way = Reply.Way.OTHER if values else Reply.Way.RETRY
    reply = retry(answer, way, claimant=runs.claimant(), overrides=values)
    runs.launch(reply)
    runs.aside(signals.note, Signal.Kind.REGENERATE, answer.pk)
    runs.changed(answer.conversation, turns=True)
    return begun(answer.conversation, reply.message, reply)


@get_page
def remove_form(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    return render(request, "chat/_remove.html", {"message": message, "choices": removing.choices(message)})


@post
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_message(request, key)
    removing.remove(message, request.POST.get("scope", ""))
    runs.changed(message.conversation, turns=True)
    return done()


@post
def restore(request: HttpRequest, key: UUID) -> HttpResponse:
    message = own_removed(request, key)
    if removing.restore(message):
        runs.changed(message.conversation, turns=True)
    return done()


@post
def fork(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = forking.fork(own_message(request, key))
    runs.changed(conversation)
    url = reverse("chat:conversation", args=[conversation.key])
    return JsonResponse({"conversation": str(conversation.key), "url": url})


def _other_form(
    request: HttpRequest, answer: Message, values: dict, errors: dict[str, str] | None = None
) -> HttpResponse:
    """The panel's fields; unset ones say what holds in this chat."""
    conversation = answer.conversation
    groups = panel.groups(
        request.user, conversation.settings, folder=conversation.folder, choice=conversation.prompt_choice
    )
    fields = [field for group in groups for field in group["fields"]]
    for field in fields:
        # What the chat says is what holds here while the field is left empty.
        here = field.value if field.value != "" else field.placeholder
        field.placeholder, field.origin = (
            str(here),
            _("In this chat: %(here)s") % {"here": here} if here != "" else "",
        )
        field.value = values.get(field.name, "")
        field.error = (errors or {}).get(field.name, "")
    first = [field for name in FIRST for field in fields if field.name == name]
    rest = [field for field in fields if field.name not in FIRST]
    context = {"answer": answer, "first": first, "rest": rest, "is_open": any(f.value != "" for f in rest)}
    return render(request, "chat/_other.html", context, status=422 if errors else 200)
