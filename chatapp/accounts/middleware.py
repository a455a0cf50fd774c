"""Headers that keep private pages out of caches."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def private_pages(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """`Cache-Control: no-store` on every answer to somebody with a session, unless the view set its own.

    It goes by the cookie, not by the user: asking for the user would cost every request a query.
    """
    if iscoroutinefunction(get_response):

        async def middleware(request: HttpRequest) -> HttpResponseBase:
            return _mark(request, await get_response(request))

    else:

        def middleware(request: HttpRequest) -> HttpResponseBase:  # type: ignore[misc]
            return _mark(request, get_response(request))

    return middleware


def _mark(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
