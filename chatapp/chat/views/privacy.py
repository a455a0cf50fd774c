"""What is stored, who can read it, how to take it along and to delete it; and a word to search engines."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatapp.conversations.upstream import is_standin
from chatapp.feedback import recording

# Those who keep to noindex must be let in to read it; those who collect texts for models keep to this alone.
ROBOTS = """User-agent: *
Allow: /s/
Disallow: /

User-agent: GPTBot
User-agent: ClaudeBot
User-agent: CCBot
User-agent: Google-Extended
User-agent: Applebot-Extended
User-agent: PerplexityBot
User-agent: Bytespider
User-agent: meta-externalagent
User-agent: Amazonbot
Disallow: /
"""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "recording": recording.is_on(),
        "public": settings.SHARE_PUBLIC,
        "model_place": _model_place(),
        "trash_days": settings.TRASH_DAYS,
        "temporary_hours": settings.TEMPORARY_HOURS,
    }
    response = render(request, "feedback/privacy.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def _model_place() -> str:
    if is_standin():
        return "standin"
    return "other" if settings.OPENAI_BASE_URL else "cloudflare"
