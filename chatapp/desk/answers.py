"""How the room answers: who may not is told so, who needs a reason is sent to give one."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, is_navigation, reviewer_required
from chatapp.chat.answers import post, uuid_or_none
from chatapp.conversations.models import Message
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.review import filters, look, scope, visit
from chatapp.review.listing import Selection
from chatapp.review.models import Visit
from chatapp.review.refused import NeedsReason, NoRight

View = Callable[..., Any]


def reads(view: View) -> View:
    """A page or fragment for reviewers."""
    return require_GET(reviewer_required(_answered(view)))


def writes(view: View) -> View:
    """A deed of reviewers, so many in a minute; refusals as in chat/answers.py."""
    return require_POST(reviewer_required(post(_answered(view))))


def _answered(view: View) -> View:
    @wraps(view)
    def answered(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NeedsReason:
            return _ask_for_reason(request, kwargs["key"])
        except NoRight as refusal:
            if is_navigation(request):
                raise PermissionDenied(refusal.sentence) from None
            return JsonResponse({"error": refusal.sentence}, status=403)
        except NotFound as refusal:
            if is_navigation(request):
                raise Http404 from None
            return JsonResponse({"error": refusal.sentence}, status=404)
        except Refused as refusal:
            if request.method == "GET":
                raise Http404 from None
            return JsonResponse({"error": refusal.sentence, "field": refusal.field}, status=422)

    return answered


def _ask_for_reason(request: MemberRequest, key: UUID) -> HttpResponse:
    gate = address_of(request, key)
    if is_navigation(request):
        return redirect(gate)
    sentence = _("Your visit is over. Reload the page and give a reason to go on reading.")
    return JsonResponse({"error": sentence, "again": gate}, status=409, headers={"HX-Redirect": gate})


def session_of(request: MemberRequest) -> str:
    return request.session.session_key or ""


def visited(request: MemberRequest, key: UUID) -> Visit:
    """The open visit to this conversation. Raises NotFound, NeedsReason."""
    return visit.current(request.user, key, session_of(request))


def message_of(here: Visit, key: UUID) -> Message:
    """A message of the conversation visited, and of no other."""
    kept = Message.objects.kept().filter(conversation=here.conversation_id)
    return get_object_or_404(kept.select_related("conversation"), key=key)


def selection_of(request: MemberRequest, given: Any = None, *, exporting: bool = False) -> Selection:
    """What the address selects; a search that is over selects as if there were none."""
    given = request.GET if given is None else given
    wanted = uuid_or_none(given.get("look", ""))
    found = look.current(request.user, wanted, session_of(request)) if wanted else None
    return Selection(scope.of(request.user, exporting=exporting), filters.read(given), found)


def address_of(request: MemberRequest, key: UUID) -> str:
    """Of a conversation, with what was selected when it was come to."""
    return with_query(reverse("desk:conversation", args=[key]), selection_of(request).query)


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
