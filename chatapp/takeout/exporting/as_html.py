"""HTML: the branch shown as one file that needs nothing else. No script, and no address is fetched from it."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from chatapp.conversations.models import Conversation
from chatapp.conversations.rendering import render

from .mathml import draw
from .shown import Shown, turns

EMPTY_HEAD = re.compile(r"<th([^>]*)></th>")  # heads nothing; the page's enhance.js does the same
STYLES = ("css/base.css", "css/markdown.css", "css/document.css")


def document(conversation: Conversation) -> str:
    style, digest = _style()
    # The file carries its own policy: only the style in it counts, and nothing is loaded from anywhere.
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    context = {
        "conversation": conversation,
        "turns": with_html(turns(conversation)),
        "style": style,
        "policy": mark_safe(policy),  # noqa: S308 - made here
    }
    return render_to_string("takeout/document.html", context)


def with_html(shown: list[Shown]) -> list[tuple[Shown, SafeString]]:
    """Each turn with its answer as safe HTML; a question is text, as on the page."""
    return [(turn, _html(turn)) for turn in shown]


def _html(turn: Shown) -> SafeString:
    if turn.role == "user":
        return SafeString()
    # Drawn from what the sanitiser has let through; `draw` escapes whatever it adds.
    html = EMPTY_HEAD.sub(r"<td\1></td>", render(turn.text))
    html = html.replace('<div class="table-scroll">', '<div class="table-scroll" tabindex="0">')
    return mark_safe(draw(html))  # noqa: S308


@cache
def _style() -> tuple[SafeString, str]:
    text = "\n".join(Path(str(finders.find(name))).read_text(encoding="utf-8") for name in STYLES)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return mark_safe(text), digest  # noqa: S308 - our own style sheets
