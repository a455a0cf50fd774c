"""Pages of links: the first administrator, joining, a new password; and signing out."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.account.views import LogoutView, PasswordResetView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatapp.accounts.forms import JoinForm, NewPasswordForm, SetupForm
from chatapp.accounts.join import find_invitation, join
from chatapp.accounts.password_link import find_password_link, use_password_link
from chatapp.accounts.refused import Refused
from chatapp.accounts.setup import create_first_admin, setup_is_open

passwords = sensitive_post_parameters("password", "password_again")
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@read_or_post
@passwords
def setup_page(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first administrator, who is then signed in; 404 for a wrong token and once there is a user."""
    if not setup_is_open(token):
        raise Http404("There is nothing to set up at this address.")
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = create_first_admin(token, email=data["email"], name=data["name"], password=data["password"])
        except Refused as refused:
            raise Http404(refused.sentence) from None
        return _sign_in(request, user)
    return _secret_page(request, "accounts/setup.html", {"form": form})


@read_or_post
@passwords
def join_page(request: HttpRequest, token: str) -> HttpResponse:
    """Join by an invitation, then signed in; 404 with the reason when the invitation cannot be used."""
    try:
        invitation = find_invitation(token)
        if request.user.is_authenticated:
            return _secret_page(request, "accounts/join_signed_in.html", {"invitation": invitation})
        form = JoinForm(request.POST or None, email=invitation.email)
        if request.method == "POST" and form.is_valid():
            user = join(token, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
            return _sign_in(request, user)
    except Refused as refused:
        return _dead_link(request, refused)
    return _secret_page(request, "accounts/join.html", {"form": form, "invitation": invitation})


@read_or_post
@passwords
def new_password_page(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password by an administrator's link; signing in follows with it."""
    try:
        owner = find_password_link(token).user
        form = NewPasswordForm(request.POST or None, user=owner)
        if request.method == "POST" and form.is_valid():
            user = use_password_link(token, form.cleaned_data["password"])
            # The attempts that failed before the password was forgotten must not lock the door now.
            get_adapter(request)._delete_login_attempts_cached_email(request, email=user.email)
            messages.success(request, _("Your password is changed. Sign in with it."))
            return redirect("account_login")
    except Refused as refused:
        return _dead_link(request, refused)
    return _secret_page(request, "accounts/new_password.html", {"form": form, "owner": owner})


def _sign_in(request: HttpRequest, user: object) -> HttpResponse:
    return perform_login(request, user, redirect_url=settings.LOGIN_REDIRECT_URL)


def _secret_page(
    request: HttpRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """A page whose address is a secret.

    Not `no-referrer`: with it browsers send `Origin: null` with the form (Fetch, "append a request
    `Origin` header"), which Django's CSRF check refuses. `strict-origin` never sends the path either.
    A form with errors is answered with 200, because Django logs the path of every 4xx.
    """
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(response)
    return response


def _dead_link(request: HttpRequest, refused: Refused) -> HttpResponse:
    return _secret_page(request, "accounts/dead_link.html", {"sentence": refused.sentence}, status=404)


class SignOut(LogoutView):
    """Sign out here; the browser forgets what it kept of this site."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        return forget(super().post(*args, **kwargs))


def forget(response: HttpResponse) -> HttpResponse:
    """Tell the browser to drop cached pages and web storage; cookies stay (CSRF of the next sign-in)."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class ForgotPassword(PasswordResetView):
    """Ask for a mail with a link; where no mail can be sent the page says whom to ask instead."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.EMAIL_CONFIGURED:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**kwargs) | {"email_configured": settings.EMAIL_CONFIGURED}
