"""By which clock a page tells the time: the reader's, whose browser says in a cookie where it is."""

import re
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

COOKIE = "zone"  # set by static/js/chat/theme.js
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)


def by_its_clock(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: days begin and times are told where the reader is; in UTC, and saying so, if nobody knows."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(request.COOKIES.get(COOKIE, ""))):
            return get_response(request)

    return middleware


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo | None:
    """None for what is no time zone; a cookie may say anything."""
    if len(name) > 60 or not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None
