"""What every template knows of who is looking."""

from django.http import HttpRequest

from chatapp.accounts.models import Theme


def theme(request: HttpRequest) -> dict[str, str]:
    """`theme`: system, light or dark; who is not signed in gets the system's."""
    return {"theme": getattr(getattr(request, "user", None), "theme", Theme.SYSTEM.value)}
