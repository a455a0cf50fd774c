"""What every template of a page knows."""

import json

from django.http import HttpRequest

from chatapp.conversations.upstream import is_standin


def page(request: HttpRequest) -> dict[str, object]:
    preferences = getattr(getattr(request, "user", None), "preferences", {})
    return {
        "standin": is_standin(),
        "app_name": "Chatapp",
        "shortcuts": json.dumps(preferences.get("shortcuts", {})),
    }
