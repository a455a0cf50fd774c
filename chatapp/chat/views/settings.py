"""The settings panel of a conversation, and making its values somebody's defaults."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chatapp.accounts.access import admin_required, may_administer, member_required
from chatapp.conversations.models import Conversation
from chatapp.prompts import defaults
from chatapp.prompts.chosen import NOTHING
from chatapp.prompts.resolve import defaults_of, resolve, team_defaults

from .. import panel, prompt_chip
from ..answers import own_or_new, post
from ..beginnings import beginning_of, folder_of, query_of


@require_http_methods(["GET", "POST"])
@member_required
def settings(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_or_new(request, key)
    if request.method == "GET":
        return _panel(request, key, conversation, conversation.settings if conversation else {})
    return _save(request, key, conversation)


@post
def mine(request: HttpRequest, key: UUID) -> HttpResponse:
    return _keep_as_defaults(request, key, request.user)


@post
@admin_required
def team(request: HttpRequest, key: UUID) -> HttpResponse:
    return _keep_as_defaults(request, key, None)


def _save(request: HttpRequest, key: UUID, conversation: Conversation | None) -> HttpResponse:
    """Store the fields that `changed` names (a comma list; not sent: all); another tab may have set the rest."""
    typed = panel.typed(request.POST)
    if "changed" in request.POST:
        changed = request.POST["changed"].split(",")
        typed = {name: text for name, text in typed.items() if name in changed}
    try:
        values = panel.cleaned(typed)
    except panel.InvalidSettings as invalid:
        stored = conversation.settings if conversation else {}
        return _panel(request, key, conversation, {**stored, **typed}, invalid.errors)
    if conversation is None:
        # Settings before the first question: the conversation exists, but is in no list until it is asked.
        conversation, _ = Conversation.objects.get_or_create(
            key=key, owner_id=request.user.pk, defaults={"updated": timezone.now(), **beginning_of(request)}
        )
    return _panel(request, key, conversation, _merge(conversation, typed, values))


@transaction.atomic
def _merge(conversation: Conversation, typed: Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    """Put `values` in the place of the settings that were `typed` (names; the unset ones are not in `values`)."""
    stored = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
    kept = {name: value for name, value in stored.settings.items() if name not in typed}
    stored.settings = {**kept, **values}
    stored.save(update_fields=["settings"])
    return stored.settings


def _keep_as_defaults(request: HttpRequest, key: UUID, owner: Any) -> HttpResponse:
    conversation = own_or_new(request, key)
    if "clear" in request.POST:
        defaults.clear(owner, by=request.user)
        return _panel(request, key, conversation, conversation.settings if conversation else {})
    typed = panel.typed(request.POST)
    try:
        values = panel.cleaned(typed)
    except panel.InvalidSettings as invalid:
        return _panel(request, key, conversation, typed, invalid.errors)
    defaults.keep(values, owner, by=request.user)
    # What a default says now need not be said here again, and a later change of it is followed; what would change
    # by that (the folder and my own default come before the team's) stays.
    folder = folder_of(request, conversation)
    choice = conversation.prompt_choice if conversation else NOTHING
    inherited = resolve({}, request.user, folder.settings if folder else {}, choice).values
    kept = {name: value for name, value in values.items() if inherited.get(name) != value}
    if conversation is not None:
        Conversation.objects.filter(pk=conversation.pk).update(settings=kept)
    return _panel(request, key, conversation, kept)


def _panel(
    request: HttpRequest,
    key: UUID,
    conversation: Conversation | None,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    folder = folder_of(request, conversation)
    choice = conversation.prompt_choice if conversation else NOTHING
    resolved = resolve(values, request.user, folder.settings if folder else {}, choice)
    context = {
        "conversation": {"id": key, "query": query_of(request) if conversation is None else ""},
        "groups": panel.groups(request.user, values, errors, folder, choice=choice),
        "prompt": prompt_chip.of(resolved, choice),
        "can_edit_team": may_administer(request.user),
        "has_mine": bool(defaults_of(request.user)),
        "has_team": bool(team_defaults()),
        "settings_summary": panel.summary_of(resolved),
    }
    return render(request, "chat/_panel.html", context, status=422 if errors else 200)
