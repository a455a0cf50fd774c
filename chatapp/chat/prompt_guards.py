"""The doors of the prompts' pages: each names the right that it needs on the prompt in its address.

Who may not see a prompt learns nothing of it: 404. Who sees it and lacks the right: 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.accounts.access import is_navigation, member_required
from chatapp.accounts.refused import Refused
from chatapp.prompts import rights
from chatapp.prompts.models import Prompt, Right

from .answers import TOO_MANY, too_many

View = Callable[..., HttpResponse]
NOT_YOURS = {
    Right.USE: _("You may not use this prompt. Ask one of its editors."),
    Right.EDIT: _("You may not edit this prompt. Ask an administrator or a prompt editor."),
    Right.PUBLISH: _("You may not publish this prompt. Ask an administrator or a prompt editor."),
}
# To the editors' pages comes who may do either.
WORK = "work"


def page(right: str) -> Callable[[View], View]:
    """A page of the prompt `slug`."""
    return lambda view: require_GET(member_required(_with_prompt(view, right)))


def form(right: str) -> Callable[[View], View]:
    """A page with a form that is posted to it."""
    return lambda view: require_http_methods(["GET", "POST"])(member_required(_with_prompt(_counted(view), right)))


def post(right: str, back: str) -> Callable[[Callable[..., str]], View]:
    """A post that leads to the page `back` of the prompt, with what was refused said there.

    The view gives back what is to be said of its success.
    """

    def guard(view: Callable[..., str]) -> View:
        @wraps(view)
        def answered(request: HttpRequest, prompt: Prompt, **of: Any) -> HttpResponse:
            try:
                messages.success(request, view(request, prompt, **of))
            except Refused as refusal:
                messages.error(request, refusal.sentence)
            return redirect(back, slug=prompt.slug)

        return require_POST(member_required(_with_prompt(_counted(answered), right)))

    return guard


def post_page(right: str) -> Callable[[View], View]:
    """A post that answers by itself; what is refused is 422 with the sentence."""

    def guard(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, prompt: Prompt, **of: Any) -> HttpResponse:
            try:
                return view(request, prompt, **of)
            except Refused as refusal:
                return JsonResponse({"error": refusal.sentence, "field": refusal.field}, status=422)

        return require_POST(member_required(_with_prompt(_counted(answered), right)))

    return guard


def can_work(user: Any, prompt: Prompt) -> bool:
    return any(rights.may(user, prompt, right) for right in (Right.EDIT, Right.PUBLISH))


def _with_prompt(view: View, right: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **of: Any) -> HttpResponse:
        prompt = Prompt.objects.filter(slug=slug).first()
        if prompt is None or not rights.may(request.user, prompt, Right.SEE):
            raise Http404
        if not (can_work(request.user, prompt) if right == WORK else rights.may(request.user, prompt, right)):
            words = str(NOT_YOURS[Right.EDIT if right == WORK else Right(right)])
            if is_navigation(request):
                raise PermissionDenied(words)
            return JsonResponse({"error": words}, status=403)
        return view(request, prompt, **of)

    return guarded


def _counted(view: View) -> View:
    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **of: Any) -> HttpResponse:
        if request.method == "POST" and too_many(request.user.pk):
            return JsonResponse({"error": TOO_MANY}, status=429, headers={"Retry-After": "20"})
        return view(request, *args, **of)

    return counted
