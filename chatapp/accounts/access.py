"""The rights in one place: who may see a page, and whether an open socket still may.

    @member_required      signed in and active
    @admin_required       … and administrator
    @editor_required      … and may edit prompts
    @reviewer_required    … and may open the room for reviews; whose conversations are in it says `review_scope`

Rights are separate: who administers reads no conversations, who reviews changes nothing.

All take `def` and `async def` views. Who opens a page is sent to the sign-in page and back; a fetch or htmx
request gets 401 (or 403) with a JSON sentence, and htmx is told where to go.
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
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.models import Membership, ReviewGrant, Role, User

ADMINS_ONLY = gettext_lazy("Only administrators may do this. Ask one of your administrators.")
EDITORS_ONLY = gettext_lazy("Only prompt editors and administrators may do this. Ask one of your administrators.")
REVIEWERS_ONLY = gettext_lazy(
    "Only reviewers may do this: the role “Reviewer” and, beside it, a right to review. "
    "Ask one of your administrators."
)
RUBRIC_ONLY = gettext_lazy("Only reviewers and administrators may do this. Ask one of your administrators.")

View = Callable[..., Any]


class MemberRequest(HttpRequest):
    """For annotations: a request that one of the guards let through, so `user` is somebody."""

    user: User


def may_administer(user: User | AnonymousUser) -> bool:
    """Members, invitations and the team's defaults; never other people's conversations."""
    return _is(user, Role.ADMIN)


def may_edit_prompts(user: User | AnonymousUser) -> bool:
    """Write and keep versions of prompts; a prompt of its own rules may narrow this further."""
    return _is(user, Role.EDITOR, Role.ADMIN)


def may_publish_prompts(user: User | AnonymousUser) -> bool:
    """Move the labels of prompts; a prompt of its own rules may narrow this further."""
    return _is(user, Role.EDITOR, Role.ADMIN)


def may_review(user: User | AnonymousUser) -> bool:
    """Open the room for reviews. It is empty without a grant: see `review_scope`."""
    return _is(user, Role.REVIEWER)


def may_export(user: User | AnonymousUser) -> bool:
    """Take reviewed conversations away as a file, at least some of them: see `export_scope`."""
    return may_review(user) and ReviewGrant.objects.current().filter(reviewer=user.pk, may_export=True).exists()


def review_scope(user: User | AnonymousUser) -> "QuerySet[User, int]":
    """Ids of the members whose conversations `user` may read now: `owner_id__in=review_scope(user)`."""
    return _scope(user)


def export_scope(user: User | AnonymousUser) -> "QuerySet[User, int]":
    """Those of `review_scope` whose conversations may be taken away as a file."""
    return _scope(user, may_export=True)


def _scope(user: User | AnonymousUser, **which: bool) -> "QuerySet[User, int]":
    ids = User.objects.values_list("pk", flat=True)
    if not may_review(user):
        return ids.none()
    grants = ReviewGrant.objects.current().filter(reviewer=user.pk, **which)
    through = Membership.objects.filter(user=OuterRef("pk"), group__in=grants.values("group"))
    return ids.filter(Exists(grants.filter(everyone=True)) | Exists(through))


def administrators_for(request: HttpRequest) -> list[str]:
    """Names of those whom to ask for a right, a few of them; none for those who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [str(one) for one in User.objects.admins().order_by("name", "email")[:3]]


def _is(user: User | AnonymousUser, *roles: str) -> bool:
    return bool(user.is_authenticated and user.is_active and user.role in roles)


def member_required(view: View) -> View:
    """For a view that needs somebody signed in."""
    return _guard(view, lambda user: True, "")


def admin_required(view: View) -> View:
    """For a view that needs an administrator."""
    return _guard(view, may_administer, ADMINS_ONLY)


def editor_required(view: View) -> View:
    """For a view that needs somebody who may edit prompts."""
    return _guard(view, may_edit_prompts, EDITORS_ONLY)


def reviewer_required(view: View) -> View:
    """For a view of the room for reviews; the view itself keeps to `review_scope`."""
    return _guard(view, may_review, REVIEWERS_ONLY)


def rubric_required(view: View) -> View:
    """For the rubric of reviews: whoever scores by it, or administers."""
    return _guard(view, lambda user: may_review(user) or may_administer(user), RUBRIC_ONLY)


def _guard(view: View, allowed: Callable[[User], bool], words: Any) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = await request.auser()
            # Templates read `request.user`, which would go to the database from the event loop.
            request.user = user
            return _refusal(request, user, allowed, words) or await view(request, *args, **kwargs)

    else:

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _refusal(request, request.user, allowed, words) or view(request, *args, **kwargs)

    return guarded


def _refusal(
    request: HttpRequest, user: User | AnonymousUser, allowed: Callable[[User], bool], words: Any
) -> HttpResponseBase | None:
    """None if the user may; the answer if not. Django gives an inactive user as anonymous."""
    if not user.is_authenticated or not user.is_active:
        if is_navigation(request):
            return redirect_to_login(request.get_full_path())
        login = resolve_url(settings.LOGIN_URL)
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        address = f"{login}?{urlencode({'next': here})}" if here else login
        answer = JsonResponse(
            {"error": _("You are signed out. Sign in again to go on."), "login": address}, status=401
        )
        if "HX-Request" in request.headers:
            answer["HX-Redirect"] = address
        return answer
    if not allowed(user):
        if is_navigation(request):
            raise PermissionDenied(str(words))
        return JsonResponse({"error": str(words)}, status=403)
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
