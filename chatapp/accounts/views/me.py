"""Everybody's own page: name, appearance, password, sessions."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.access import MemberRequest, is_navigation, member_required
from chatapp.accounts.devices import device
from chatapp.accounts.forms import LanguageForm, NameForm, ShortcutsForm, ThemeForm
from chatapp.accounts.models import PasswordLink, User
from chatapp.accounts.prefer import prefer
from chatapp.accounts.rename import rename
from chatapp.accounts.sessions import end_session
from chatapp.accounts.signout_everywhere import signout_everywhere
from chatapp.accounts.views.entrance import forget


@require_GET
@member_required
def me(request: MemberRequest) -> HttpResponse:
    return _page(request, NameForm(instance=request.user))


def _page(request: MemberRequest, form: NameForm, status: int = 200) -> HttpResponse:
    sessions = UserSession.objects.purge_and_list(request.user)
    sessions.sort(key=lambda session: (not session.is_current(), -session.created_at.timestamp()))
    context = {
        "form": form,
        "theme_form": ThemeForm(initial={"theme": request.user.theme}),
        "language_form": LanguageForm(initial={"language": request.user.preferences.get("language", "")}),
        "sessions": [(session, device(session.user_agent), session.is_current()) for session in sessions],
        "password_links": PasswordLink.objects.filter(user=request.user).select_related("created_by")[:10],
    }
    return render(request, "accounts/me.html", context, status=status)


@require_POST
@member_required
def me_name(request: MemberRequest) -> HttpResponse:
    # A copy: a refused name must not show in the page's header as if it were taken.
    form = NameForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return _page(request, form, status=422)
    rename(request.user.pk, form.cleaned_data["name"])
    messages.success(request, _("Your name is saved."))
    return redirect("accounts:me")


@require_POST
@member_required
def me_theme(request: MemberRequest) -> HttpResponse:
    """Field `theme`: system, light or dark. 204 to a fetch, 422 for another word; a form goes back."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(
            _("Choose system, light or dark."), status=422, content_type="text/plain; charset=utf-8"
        )
    User.objects.filter(pk=request.user.pk).update(theme=form.cleaned_data["theme"])
    if is_navigation(request):
        return redirect("accounts:me")
    return HttpResponse(status=204)


@require_POST
@member_required
def me_language(request: MemberRequest) -> HttpResponse:
    """Field `language`: one there is, or empty for the browser's. The next page speaks it."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return HttpResponse(
            _("Choose a language from the list."), status=422, content_type="text/plain; charset=utf-8"
        )
    prefer(request.user.pk, language=form.cleaned_data["language"] or None)
    return redirect("accounts:me")


@require_POST
@member_required
def me_shortcuts(request: MemberRequest) -> HttpResponse:
    """Field `shortcuts` (ShortcutsForm). 204, or 422 with `{"error": sentence}`."""
    form = ShortcutsForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors["shortcuts"][0]}, status=422)
    prefer(request.user.pk, shortcuts=form.cleaned_data["shortcuts"])
    return HttpResponse(status=204)


@require_POST
@member_required
def me_end_session(request: MemberRequest, session_id: int) -> HttpResponse:
    key = end_session(request.user.pk, session_id, by=request.user)
    if key is None:
        raise Http404("There is no such session.")
    if key == request.session.session_key:
        return _signed_out(request, _("You are signed out."))
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:me")


@require_POST
@member_required
def me_signout_everywhere(request: MemberRequest) -> HttpResponse:
    signout_everywhere(request.user.pk, by=request.user)
    return _signed_out(request, _("You are signed out everywhere."))


def _signed_out(request: MemberRequest, words: str) -> HttpResponse:
    logout(request)
    messages.success(request, words)
    return forget(redirect("account_login"))
