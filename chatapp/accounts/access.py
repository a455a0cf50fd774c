"""The rights in one place: who may see a page, and whether an open socket still may.

    @member_required      signed in and active
    @admin_required       … and administrator

Both take `def` and `async def` views. Who opens a page is sent to the sign-in page and back; a fetch
or htmx request gets 401 (or 403) with a JSON sentence, and htmx is told where to go.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from chatapp.accounts.models import User

SIGNED_OUT = "You are signed out. Sign in again to go on."
ADMINS_ONLY = "Only administrators may do this. Ask one of your administrators."

View = Callable[..., Any]


class MemberRequest(HttpRequest):
    """For annotations: a request that one of the guards let through, so `user` is somebody."""

    user: User


def may_administer(user: User | AnonymousUser) -> bool:
    """Members, invitations and the team's defaults; never other people's conversations."""
    return bool(getattr(user, "is_team_admin", False))


def member_required(view: View) -> View:
    """For a view that needs somebody signed in."""
    return _guard(view, lambda user: True)


def admin_required(view: View) -> View:
    """For a view that needs an administrator."""
    return _guard(view, may_administer)


def _guard(view: View, allowed: Callable[[User], bool]) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = await request.auser()
            # Templates read `request.user`, which would go to the database from the event loop.
            request.user = user
            return _refusal(request, user, allowed) or await view(request, *args, **kwargs)

    else:

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _refusal(request, request.user, allowed) or view(request, *args, **kwargs)

    return guarded


def _refusal(
    request: HttpRequest, user: User | AnonymousUser, allowed: Callable[[User], bool]
) -> HttpResponseBase | None:
    """None if the user may; the answer if not. Django gives an inactive user as anonymous."""
    if not user.is_authenticated or not user.is_active:
        if is_navigation(request):
            return redirect_to_login(request.get_full_path())
        login = resolve_url(settings.LOGIN_URL)
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        address = f"{login}?{urlencode({'next': here})}" if here else login
        answer = JsonResponse({"error": SIGNED_OUT, "login": address}, status=401)
        if "HX-Request" in request.headers:
            answer["HX-Redirect"] = address
        return answer
    if not allowed(user):
        if is_navigation(request):
            raise PermissionDenied(ADMINS_ONLY)
        return JsonResponse({"error": ADMINS_ONLY}, status=403)
    return None


def is_navigation(request: HttpRequest) -> bool:
    """Whether a browser will show the answer as a page.

    Browsers say so in Sec-Fetch-Mode, but only on https and loopback; elsewhere the Accept header tells
    a page (text/html) from a fetch (*/*).
    """
    if "HX-Request" in request.headers:
        return False
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate"
    if accept := request.headers.get("Accept"):
        return "text/html" in accept
    return request.method == "GET"


class Connection(NamedTuple):
    """What an open socket was let in with."""

    user_id: int
    auth_epoch: int
    session_key: str


def no_longer_valid(connections: Iterable[Connection]) -> set[Connection]:
    """Those of the open sockets whose right has ended; call it every second, for all at once.

    Two queries for any number: the epoch ends a socket at sign-out everywhere, password change, role
    change and deactivation; the missing or expired session row at sign-out in one browser.
    """
    connections = set(connections)
    if not connections:
        return set()
    user_ids = {connection.user_id for connection in connections}
    epochs = dict(User.objects.active().filter(pk__in=user_ids).values_list("pk", "auth_epoch"))
    keys = {connection.session_key for connection in connections}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return {
        connection
        for connection in connections
        if epochs.get(connection.user_id) != connection.auth_epoch or connection.session_key not in alive
    }
