"""Which form is spoken at an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from . import refusals

FULL = "@cf/openai/gpt-oss-20b"
SHORT = "gpt-oss-20b"
_ACCOUNT = re.compile(r"/client/v4/accounts/([^/]+)/ai/(.+)")
_PLAIN = ("/v1/chat/completions", "/chat/completions")


@dataclass(frozen=True, slots=True)
class Route:
    """``speaks``: "run", "unified" (model and input in the body), "chat", "responses" or "plain".

    ``model`` where the address names it; ``queued``: queueRequest=true was asked.
    """

    speaks: str
    model: str = ""
    queued: bool = False


def find(target: str) -> Route:
    """The route of a request target. Raises Refusal (404, 7003) where Cloudflare has no route."""
    parts = urlsplit(target)
    path = unquote(parts.path)
    if path in _PLAIN:
        return Route("plain")
    match = _ACCOUNT.fullmatch(path)
    if match is None:
        raise refusals.no_route(path)
    rest = match[2]
    if rest == "v1/chat/completions":
        return Route("chat")
    if rest == "v1/responses":
        return Route("responses")
    if rest == "run":
        return Route("unified")
    if rest.startswith("run/"):
        queued = parse_qs(parts.query).get("queueRequest", [""])[-1] == "true"
        return Route("run", rest.removeprefix("run/"), queued)
    raise refusals.no_route(path)
