"""What every template of a page knows."""

from django.http import HttpRequest

from chatapp.conversations.upstream import is_standin


def page(request: HttpRequest) -> dict[str, object]:
    return {"standin": is_standin(), "app_name": "Chatapp"}
