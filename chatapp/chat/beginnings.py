"""How a conversation is begun: in a folder, or as a temporary one. The page's addresses say it (`?folder=`,
`?temporary=1`) until the first question has made the conversation."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from chatapp.conversations.models import Conversation, Folder
from chatapp.conversations.ordering import temporary


def beginning_of(request: HttpRequest) -> dict[str, Any]:
    """The columns of the conversation that this request may make."""
    return temporary.beginning(request.user, temporary=is_temporary(request), folder=_folder(request))


def is_temporary(request: HttpRequest) -> bool:
    return "1" in (request.GET.get("temporary"), request.POST.get("temporary"))


def folder_of(request: HttpRequest, conversation: Conversation | None) -> Folder | None:
    """The folder whose settings count: the conversation's, or the one it is begun in."""
    if conversation is not None:
        return conversation.folder
    key = None if is_temporary(request) else _folder(request)
    return Folder.objects.filter(owner_id=request.user.pk, key=key).first() if key else None


def query_of(request: HttpRequest) -> str:
    """For the addresses of a new chat's page."""
    if is_temporary(request):
        return "?temporary=1"
    folder = folder_of(request, None)
    return "?" + urlencode({"folder": folder.key}) if folder else ""


def _folder(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("folder", ""))
    except ValueError:
        return None
