"""Trying a prompt: two to four columns, versions or edits, on the same input, answered side by side.

A column is a temporary conversation like any other (in no list and no search, erased after its time), marked as a
trial: what is the editor's own does not count in it, and its answers are no use of a version.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chatapp.conversations import transcript
from chatapp.conversations.ask import ask
from chatapp.conversations.ordering import temporary
from chatapp.conversations.refusals import Refused as NotAsked
from chatapp.conversations.reply import prepare
from chatapp.prompts import drafts, variables
from chatapp.prompts.chosen import Member
from chatapp.prompts.content import Content, InvalidContent, content, of
from chatapp.prompts.models import Label, Prompt, Right, Version

from ... import panel, runs
from ... import prompt_guards as guards
from ...answers import DRAINING, get_page, own_reply
from ...prompt_guards import post_page
from ...receipt import receipt_of
from .editing import typed_of

LEAST, MOST = 2, 4
EDIT = "edit"  # in the place of a version's number


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    said: Content
    version: Version | None  # else an edit


@guards.page(Right.EDIT)
def page(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """The columns begin with what members get now, and the newest version or the editor's draft."""
    draft = drafts.begun(prompt, request.user, prompt.versions.filter(number=prompt.latest).first())
    labels: dict[int, list[str]] = {}
    for one in Label.objects.filter(prompt=prompt).order_by("name"):
        labels.setdefault(one.version_id, []).append(one.name)
    versions = list(prompt.versions.order_by("-number"))
    production = next((v.number for v in versions if Label.PRODUCTION in labels.get(v.pk, [])), None)
    first = str(production or (versions[0].number if versions else EDIT))
    second = EDIT if draft.pk or len(versions) < 2 or prompt.latest == production else str(prompt.latest)
    context = {
        "prompt": prompt,
        "versions": [(one, labels.get(one.pk, [])) for one in versions],
        "columns": [first, second],
        "slots": range(MOST),
        "draft": draft,
        "groups": panel.parameter_groups(draft.typed.get("settings", {}), {}, own=_("This edit")),
        "asked": _asked([of(one) for one in versions], draft.typed),
        "most": MOST,
        "tab": "try",
    }
    return render(request, "prompts/try.html", context)


@post_page(Right.EDIT)
def run(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    """`column` (two to four: a number or "edit"), `input`, `v-…`; `c<n>-text` and c<n>-<setting> of an edit."""
    if runs.is_draining():
        return HttpResponse(DRAINING, status=503, headers={"Retry-After": "3"})
    try:
        columns = [_column(request, prompt, n, which) for n, which in enumerate(_wanted(request))]
        values = _values(request, columns)
        asked = [_ask(request, column, values) for column in columns]
    except (InvalidContent, NotAsked) as refusal:
        return render(request, "prompts/_try_refused.html", {"error": refusal.sentence}, status=422)
    return render(request, "prompts/_try_columns.html", {"columns": asked, "prompt": prompt})


@get_page
def figures(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tokens, time and cost of the answer that the run `key` wrote."""
    return render(request, "prompts/_try_figures.html", {"receipt": receipt_of(own_reply(request, key).message)})


def _wanted(request: HttpRequest) -> list[str]:
    wanted = [one for one in request.POST.getlist("column") if one]
    if not LEAST <= len(wanted) <= MOST:
        raise NotAsked(_("Choose two to four columns."))
    return wanted


def _column(request: HttpRequest, prompt: Prompt, number: int, which: str) -> Column:
    if which == EDIT:
        prefix = f"c{number}-"
        sent = [(name, str(value)) for name, value in request.POST.items()]
        typed = typed_of({name[len(prefix) :]: value for name, value in sent if name.startswith(prefix)})
        # An edit has the variables of the draft it was made from.
        draft = drafts.begun(prompt, request.user, prompt.versions.filter(number=prompt.latest).first())
        typed["variables"] = draft.typed.get("variables", [])
        return Column(_("Edit"), content(typed), None)
    version = None
    if which.isascii() and which.isdigit() and len(which) < 9:
        version = prompt.versions.select_related("prompt").filter(number=int(which)).first()
    if version is None:
        raise NotAsked(_("There is no such version."))
    return Column(_("Version %(number)s") % {"number": version.number}, of(version), version)


def _values(request: HttpRequest, columns: list[Column]) -> dict[str, str]:
    """The values of all columns' variables. Raises Refused, naming the first that is missing or wrong."""
    typed = {name[2:]: value for name, value in request.POST.items() if name.startswith("v-")}
    values: dict[str, str] = {}
    for column in columns:
        kept, errors = variables.values_for(column.said.variables, typed)
        for name, sentence in errors.items():
            asks = next(one.asks for one in column.said.variables if one.name == name)
            raise NotAsked(f"{asks}: {sentence}", f"v-{name}")
        values |= kept
    return values


def _ask(request: HttpRequest, column: Column, values: dict[str, str]) -> dict[str, Any]:
    place: dict[str, Any] = {**temporary.beginning(request.user, temporary=True), "is_trial": True}
    settings: dict[str, Any] = {}
    if column.version:
        place |= {"prompt": column.version.prompt, "prompt_version": column.version, "prompt_values": values}
    else:
        place["without_prompt"] = True
        fact = Member(request.user.pk).fact  # type: ignore[arg-type]
        text = variables.fill(column.said.text, column.said.variables, values, fact)
        settings = {**column.said.settings, "system_prompt": text}
    asked = ask(
        request.user,
        uuid.uuid4(),
        uuid.uuid4(),
        request.POST.get("input", ""),
        claimant=runs.claimant(),
        settings_=settings,
        place=place,
    )
    runs.launch(asked.reply, prepare(asked.reply))
    turns, _more = transcript.window(asked.conversation)
    key = asked.conversation.key
    return {"title": column.title, "conversation": key, "turns": turns[1:], "reply": asked.reply.key}


def _asked(versions: list[Content], draft: dict[str, Any]) -> list[variables.Variable]:
    """The variables that any column may ask for, the newest version's first."""
    found: dict[str, variables.Variable] = {}
    with suppress(InvalidContent):  # a draft that is not finished asks for nothing yet
        versions = [content(draft), *versions]
    for said in versions:
        for one in said.variables:
            if one.is_asked:
                found.setdefault(one.name, one)
    return list(found.values())
