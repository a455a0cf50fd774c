"""How the installation is: the checks of chatapp/server/checks.py on a page that looks again every ten seconds."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.server import checks

_ICONS = {checks.GOOD: "i-check", checks.LOOK: "i-eye", checks.BROKEN: "i-warn"}


@require_GET
@admin_required
def health(request: MemberRequest) -> HttpResponse:
    """The page; for htmx its list alone."""
    found = checks.findings()
    context = {
        "at": now(),
        "verdict": _state(checks.worst(found)),
        "verdict_words": _verdict(found),
        "findings": [(one, _state(one.state), _with_code(one.what_to_do)) for one in found],
    }
    alone = "HX-Request" in request.headers
    return render(request, "administration/_health.html" if alone else "administration/health.html", context)


def _state(state: checks.State) -> dict[str, str]:
    words = {checks.GOOD: _("Good"), checks.LOOK: _("Take a look"), checks.BROKEN: _("Broken")}
    return {"name": state, "icon": _ICONS[state], "words": words[state]}


def _with_code(words: str) -> str:
    """What stands between `…` is a command."""
    parts = enumerate(words.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts)
    )


def _verdict(found: list[checks.Finding]) -> str:
    return {
        checks.GOOD: _("All is well."),
        checks.LOOK: _("It works; something wants a look."),
        checks.BROKEN: _("Something is broken."),
    }[checks.worst(found)]
