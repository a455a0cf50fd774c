"""Choosing the prompt of a conversation: the picker, the small form of its variables, the deed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chatapp.conversations import choose_prompt
from chatapp.conversations.models import Conversation
from chatapp.conversations.refusals import Refused
from chatapp.prompts import library, rights
from chatapp.prompts.chosen import NOTHING, published
from chatapp.prompts.content import of
from chatapp.prompts.models import Prompt, Right, Version
from chatapp.prompts.resolve import Resolved, resolve
from chatapp.prompts.team_default import team_prompt

from .. import prompt_chip
from ..answers import get_page, own_or_new, post
from ..beginnings import beginning_of, folder_of, query_of
from ..panel import summary_of
from ..prompt_counts import counted

NONE, TEAM = "none", "team"  # in the place of a prompt


@get_page
def picker(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dialog; with `list` only the prompts that the words `q` find."""
    conversation = own_or_new(request, key)
    if "list" in request.GET:
        return render(request, "prompts/_picks.html", {"books": _found(request)})
    return _picker(request, key, conversation)


def _found(request: HttpRequest) -> list[library.Book]:
    words = request.GET.get("q", "").replace("\x00", "")
    return counted(library.books(request.user, words, right=Right.USE))


def _picker(
    request: HttpRequest, key: UUID, conversation: Conversation | None, *, is_gone: bool = False
) -> HttpResponse:
    choice = conversation.prompt_choice if conversation else NOTHING
    context = {
        **_place(request, key, conversation),
        "books": _found(request),
        "is_gone": is_gone,
        "prompt": prompt_chip.of(_resolved(request, conversation), choice),
        "team_prompt": team_prompt(),
    }
    return render(request, "prompts/_picker.html", context)


@get_page
def form(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is asked before the prompt `prompt` is used: its variables, and whether the chat follows it."""
    conversation = own_or_new(request, key)
    prompt = _usable(request, conversation, request.GET.get("prompt", ""))
    if prompt is None:
        return _picker(request, key, conversation, is_gone=True)
    return _form(request, key, conversation, prompt, dict(conversation.prompt_values) if conversation else {})


@post
def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """`prompt`: a short name, "none" or "team"; `stay`: number of a version, or it follows; `v-…`: the values."""
    conversation = own_or_new(request, key)
    wanted = request.POST.get("prompt", "")
    if wanted in (NONE, TEAM):
        conversation = conversation or _begin(request, key)
        choose_prompt.choose_none(conversation, team=wanted == TEAM)
        return _chip(request, key, conversation)
    prompt = _usable(request, conversation, wanted)
    if prompt is None:
        raise Refused(str(choose_prompt.GONE), "prompt")
    stay = request.POST.get("stay", "")
    if stay and not (stay.isascii() and stay.isdigit() and len(stay) < 9):
        raise Refused("There is no such version.", "stay")
    typed = {name[2:]: value for name, value in request.POST.items() if name.startswith("v-")}
    conversation = conversation or _begin(request, key)
    try:
        choose_prompt.choose(
            conversation,
            request.user,
            prompt,
            typed,
            stay_on=int(stay) if stay else None,
            replaces_own="replaces_own" in request.POST,
        )
    except choose_prompt.Unfilled as unfilled:
        return _form(request, key, conversation, prompt, typed, unfilled.errors)
    return _chip(request, key, conversation)


def _usable(request: HttpRequest, conversation: Conversation | None, slug: str) -> Prompt | None:
    """A prompt that the member may use; an archived one only where it is chosen already."""
    prompt = rights.prompts(request.user, Right.USE).filter(slug=slug.replace("\x00", "")).first()
    is_here = prompt is not None and conversation is not None and conversation.prompt_id == prompt.pk
    if prompt is None or published(prompt) is None or (prompt.archived_at and not is_here):
        return None
    return prompt


def _begin(request: HttpRequest, key: UUID) -> Conversation:
    """A choice before the first question: the conversation exists, but is in no list until it is asked."""
    beginning = {"updated": timezone.now(), **beginning_of(request)}
    return Conversation.objects.get_or_create(key=key, owner_id=request.user.pk, defaults=beginning)[0]


def _form(
    request: HttpRequest,
    key: UUID,
    conversation: Conversation | None,
    prompt: Prompt,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    version = published(prompt)
    assert version is not None
    is_here = conversation is not None and conversation.prompt_id == prompt.pk
    stays_on = conversation.prompt_version if conversation and is_here else None
    stay = request.POST.get("stay") if request.method == "POST" else stays_on and str(stays_on.number)
    fields = [
        {
            "variable": one,
            "value": typed.get(one.name, "") or one.default,
            "error": (errors or {}).get(one.name, ""),
        }
        for one in of(_shown(version, stays_on)).variables
        if one.is_asked
    ]
    context = {
        **_place(request, key, conversation),
        "prompt": prompt,
        "version": version,
        "stay": stay or "",
        "numbers": sorted({version.number} | ({stays_on.number} if stays_on else set()), reverse=True),
        "fields": fields,
        "own_prompt": (conversation.settings if conversation else {}).get("system_prompt", ""),
    }
    return render(request, "prompts/_fill.html", context, status=422 if errors else 200)


def _shown(version: Version, stays_on: Version | None) -> Version:
    return stays_on or version


def _place(request: HttpRequest, key: UUID, conversation: Conversation | None) -> dict[str, Any]:
    return {"conversation": {"id": key, "query": query_of(request) if conversation is None else ""}}


def _resolved(request: HttpRequest, conversation: Conversation | None) -> Resolved:
    folder = folder_of(request, conversation)
    values = conversation.settings if conversation else {}
    choice = conversation.prompt_choice if conversation else NOTHING
    return resolve(values, request.user, folder.settings if folder else {}, choice)


def _chip(request: HttpRequest, key: UUID, conversation: Conversation) -> HttpResponse:
    resolved = _resolved(request, conversation)
    context = {
        "prompt": prompt_chip.of(resolved, conversation.prompt_choice),
        "settings_summary": summary_of(resolved),
    }
    return render(request, "prompts/_chip.html", context)
