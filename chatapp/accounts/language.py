"""In which language a page speaks: the member's choice, else the browser's, else the team's, else English."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header


def in_its_language(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware, below the one that knows the user: everything further in speaks the language of the reader."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def language_of(request: HttpRequest) -> str:
    """A language that there is. Nobody's session is read for a request that carries none."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        chosen = chosen_by(request.user)
        if chosen:
            return chosen
    return language_for(request.headers.get("Accept-Language", ""))


def chosen_by(user: object) -> str | None:
    """The member's own choice, if it was made and the language is still there."""
    return _if_there(getattr(user, "preferences", {}).get("language") or "")


def language_for(accepted: str) -> str:
    """The best answer to an Accept-Language header."""
    for code, wish in parse_accept_lang_header(accepted):
        if code == "*":
            break
        if wish and (language := _if_there(code)):
            return language
    return settings.TEAM_LANGUAGE


def _if_there(code: str) -> str | None:
    try:
        return get_supported_language_variant(code)
    except LookupError:
        return None
