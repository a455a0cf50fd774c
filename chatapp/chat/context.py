"""What every template of a page knows."""

import json

from django.http import HttpRequest

from chatapp.conversations.upstream import is_standin

APP_NAME = "Chatapp"
FOLD_ABOVE = 2400  # characters; longer questions are shown in part, here and where they wait to be sent


def page(request: HttpRequest) -> dict[str, object]:
    preferences = getattr(getattr(request, "user", None), "preferences", {})
    return {
        "standin": is_standin(),
        "app_name": APP_NAME,
        "fold_above": FOLD_ABOVE,
        "shortcuts": json.dumps(preferences.get("shortcuts", {})),
    }
