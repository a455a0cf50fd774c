"""Folders: made, set up, shown open or closed, removed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chatapp.accounts.access import member_required
from chatapp.conversations.models import Folder
from chatapp.conversations.ordering import folders
from chatapp.conversations.refusals import Refused

from .. import panel, runs
from ..answers import done, get_page, post


@get_page
def new(request: HttpRequest) -> HttpResponse:
    """The dialog of a folder to come."""
    return _dialog(request, None, "", {})


@post
def create(request: HttpRequest) -> HttpResponse:
    """Form as the dialog's; only `name` is needed. 422 with the dialog anew where it comes from there."""
    return _save(request, None)


@require_http_methods(["GET", "POST"])
@member_required
def folder(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dialog of a folder, and keeping what it says."""
    found = _own(request, key)
    if request.method == "GET":
        return _dialog(request, found, found.name, found.settings)
    return post(lambda request: _save(request, found))(request)


@post
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    found = _own(request, key)
    folders.remove(request.user, found.key)
    _tell(request)
    return done()


@post
def fold(request: HttpRequest, key: UUID) -> HttpResponse:
    """`closed`: "1" or "0"."""
    found = _own(request, key)
    folders.fold(request.user, found.key, closed=request.POST.get("closed") == "1")
    _tell(request)
    return done()


def _own(request: HttpRequest, key: UUID) -> Folder:
    return get_object_or_404(Folder, owner_id=request.user.pk, key=key)


def _save(request: HttpRequest, found: Folder | None) -> HttpResponse:
    name, typed = request.POST.get("name", ""), panel.typed(request.POST)
    errors: dict[str, str] = {}
    try:
        values = panel.cleaned(typed)
        if found:
            found = folders.change(request.user, found.key, name, values)
        else:
            found = folders.create(request.user, name, values)
    except panel.InvalidSettings as invalid:
        errors = invalid.errors
    except Refused as refusal:
        if refusal.field != "name":
            raise
        errors = {"name": refusal.sentence}
    if errors:
        return _dialog(request, found, name, typed, errors)
    assert found is not None
    _tell(request)
    return JsonResponse({"key": str(found.key), "name": found.name})


def _dialog(
    request: HttpRequest,
    found: Folder | None,
    name: str,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    groups = panel.groups(request.user, values, errors, own=_("This folder"))
    context = {
        "folder": found,
        "name": name,
        "name_error": (errors or {}).get("name", ""),
        "behaviour": groups[:1],
        "groups": groups[1:],
        "is_open": any(field.error or field.value != "" for group in groups[1:] for field in group["fields"]),
    }
    return render(request, "chat/_folder.html", context, status=422 if errors else 200)


def _tell(request: HttpRequest) -> None:
    runs.lists_changed(request.user.pk)  # type: ignore[arg-type]
