"""Errors, each with a sentence that says what to do.

The bare page is the last resort: no template, no database, no session. It carries no style, because the
content policy allows none; a browser's own look is readable.
"""

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from chatapp.conversations import trouble
from chatapp.server.headers import SECURITY_HEADERS
from chatapp.workersai.words import translatable as _

SENTENCES = {
    400: _("The server could not understand this request. Go back, reload the page and try again."),
    403: _("You may not do this. Reload the page and sign in again; if it stays so, ask an administrator."),
    404: _("There is nothing at this address, or it is not yours to see. Check the link."),
    408: _("The request took too long to arrive. Check your connection and try again."),
    413: _("This is more than the server takes in one request. Shorten it and send it again."),
    500: _("Something went wrong on the server and has been logged. Nothing you saved is lost. Try again."),
    503: _(
        "The server is restarting, or its database does not answer. Nothing you saved is lost. "
        "Try again in a few seconds."
    ),
}


def sentence(status: int) -> str:
    """In English, since it is also said where no Django is at hand."""
    return SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])


def bare_page(status: int) -> bytes:
    """The whole page as bytes, for places where not even Django is at hand."""
    title = HTTPStatus(status).phrase
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · Chatapp</title></head><body><main><h1>{title}</h1><p>{sentence(status)}</p>"
        '<p><a href="/">Back to your conversations</a></p></main></body></html>'
    ).encode()


def bare_headers() -> list[tuple[bytes, bytes]]:
    """Headers for bare_page: the security headers of every other page."""
    return [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()),
    ]


def bare_response(status: int) -> bytes:
    """A whole HTTP/1.1 response that ends the connection."""
    page = bare_page(status)
    head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    head += [name + b": " + value for name, value in bare_headers()]
    head += [b"content-length: " + str(len(page)).encode(), b"connection: close", b"", page]
    return b"\r\n".join(head)


def wants_page(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


def answer(request: HttpRequest, status: int, words: str = "", **context: Any) -> HttpResponse:
    """The error for whoever asked: a page for a browser, JSON with the sentence for a script.

    `words`: what there is to say beyond the sentence of all errors of this kind; for pages with `context`.
    """
    if not wants_page(request):
        return JsonResponse(
            {"error": words or gettext(sentence(status))}, status=status, headers={"Cache-Control": "no-store"}
        )
    try:
        page = render_to_string(f"{status}.html", {"words": words, **context}).encode()
    except Exception:
        logging.getLogger("chatapp.server").exception("The page for %d failed; here is the bare one.", status)
        page = bare_page(status)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


# chatapp/urls.py names these as Django's handler400, handler403, handler404 and handler500.
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Which right is missing, as whoever refused said it, and who can give it."""
    # Here: the bare error page is said by a server without Django's models, too.
    from chatapp.accounts.access import administrators_for

    return answer(request, 403, str(exception or ""), administrators=lambda: administrators_for(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is away, also for the session, before any view has a say."""
    if not isinstance(sys.exc_info()[1], trouble.FAILURES):
        return answer(request, 500)
    response = answer(request, 503)
    response.headers["Retry-After"] = "3"
    return response
