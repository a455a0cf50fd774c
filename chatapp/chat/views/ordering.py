"""Putting conversations in order: many at once, and what the menus and dialogs of it show."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from chatapp.conversations import listing
from chatapp.conversations.models import Conversation, Folder
from chatapp.conversations.ordering import steps, tags, temporary
from chatapp.conversations.ordering.steps import Step
from chatapp.conversations.refusals import Refused

from .. import runs
from ..answers import done, get_page, own_conversation, post
from ..shelves import asked_for

# More than this is told as one change of the lists: a tab fetches them once instead of row by row.
TOLD_ONE_BY_ONE = 20
OUT_OF_DATE = _("This page is out of date. Reload it and try again.")


@post
def do(request: HttpRequest) -> HttpResponse:
    """`steps`: JSON, `[{"deed", "c": [conversation, …], "folder", "tag"}]`. Answers with what undoes it."""
    result = steps.do(request.user, _steps(request.POST.get("steps", "")))
    _tell(request, result)
    return JsonResponse({"changed": len(result.changed), "undo": [_written(step) for step in result.undo]})


@post
def empty_trash(request: HttpRequest) -> HttpResponse:
    while True:
        rows, more = listing.page(request.user, "", listing.TRASH, listing.PAGE * 10)
        if rows:
            _tell(request, steps.do(request.user, [Step("erase", tuple(row.id for row in rows))]))
        if not more:
            return done()


@post
def keep(request: HttpRequest, key: UUID) -> HttpResponse:
    conversation = own_conversation(request, key)
    temporary.keep(conversation)
    runs.changed(conversation)
    return done()


@get_page
def views(request: HttpRequest) -> HttpResponse:
    """The menu of the lists there are."""
    return render(request, "chat/_views.html", {"view": asked_for(request), "tags": tags.used(request.user)})


@get_page
def choose_folder(request: HttpRequest) -> HttpResponse:
    """The dialog that puts the conversations `c` into a folder."""
    chosen = _chosen(request)
    folders = Folder.objects.filter(owner_id=request.user.pk).order_by("name", "id")
    inside = {c.folder_id for c in chosen}
    context = {"folders": folders, "count": len(chosen), "inside": inside.pop() if len(inside) == 1 else 0}
    return render(request, "chat/_choose_folder.html", context)


@get_page
def choose_tags(request: HttpRequest) -> HttpResponse:
    """The dialog that gives the conversations `c` tags, and takes them."""
    chosen = _chosen(request)
    have = tags.used(request.user, chosen)
    names = {tag.name for tag in have}
    others = [tag for tag in tags.used(request.user) if tag.name not in names]
    return render(request, "chat/_choose_tags.html", {"have": have, "others": others, "count": len(chosen)})


def _tell(request: HttpRequest, result: steps.Done) -> None:
    for reply_id in result.stop:
        runs.stop_soon(reply_id)
    if len(result.changed) > TOLD_ONE_BY_ONE:
        runs.lists_changed(request.user.pk)  # type: ignore[arg-type]
    else:
        for conversation in result.changed:
            runs.changed(conversation, turns=True)
    runs.tidy()


def _steps(text: str) -> list[Step]:
    try:
        return [_step(step) for step in orjson.loads(text)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(OUT_OF_DATE, "steps") from None


def _step(step: dict[str, Any]) -> Step:
    folder = step.get("folder")
    return Step(
        str(step["deed"]),
        tuple(UUID(key) for key in step["c"]),
        UUID(folder) if folder else None,
        str(step.get("tag") or ""),
    )


def _written(step: Step) -> dict[str, Any]:
    return {
        "deed": step.deed,
        "c": [str(key) for key in step.keys],
        "folder": str(step.folder) if step.folder else None,
        "tag": step.tag,
    }


def _chosen(request: HttpRequest) -> list[Conversation]:
    keys = []
    for text in request.GET.get("c", "").split(",")[: steps.MOST]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    own = Conversation.objects.filter(owner_id=request.user.pk, deleted_at=None)
    return list(own.filter(key__in=keys).only("id", "folder"))
