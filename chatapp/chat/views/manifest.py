"""What a browser is told when Chatapp is put on a home screen or into the list of programs.

No service worker goes with it: an answer is written by the server, and what is typed offline waits in the outbox.
"""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..context import APP_NAME

# --bg of static/css/base.css in light. A manifest has one colour for the moment before the first page; the page's
# own theme-color takes over then.
BACKGROUND = "#ffffff"
ICONS = [(purpose, size) for purpose in ("any", "maskable") for size in (192, 512)]


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    start = reverse("chat:new")
    icons = [{"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    icons += [
        {"src": _picture(purpose, size), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for purpose, size in ICONS
    ]
    content = {
        "id": start,
        "name": APP_NAME,
        "short_name": APP_NAME,
        "description": _("The team’s chat with gpt-oss-20b"),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": BACKGROUND,
        "icons": icons,
        "shortcuts": [
            {"name": _("New chat"), "url": start},
            {"name": _("Temporary chat"), "url": f"{start}?temporary=1"},
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    # It changes with an upgrade and with the language, and costs nothing.
    response["Cache-Control"] = "private, no-cache"
    return response


def _picture(purpose: str, size: int) -> str:
    return static(f"img/icon-{size}.png" if purpose == "any" else f"img/icon-{purpose}-{size}.png")
