"""Every setting: of the installation, with where its value comes from, and of the team, with where it is changed.

Nothing is changed here, and of a secret it is only said whether there is one.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from chatapp.accounts.access import MemberRequest, admin_required
from chatapp.feedback import recording
from chatapp.prompts.resolve import team_defaults

from .setting_words import GROUPS


class Row(NamedTuple):
    name: str
    about: str
    value: str
    source: str  # environment, file, default


@require_GET
@admin_required
def settings_page(request: MemberRequest) -> HttpResponse:
    context = {"groups": _groups(), "team": _team()}
    return render(request, "administration/settings.html", context)


def _groups() -> list[tuple[str, list[Row]]]:
    """As docs/settings.md has them; what is not known by words yet comes last."""
    groups = [(str(title), [_row(name, str(about)) for name, about in words.items()]) for title, words in GROUPS]
    known = {name for _title, words in GROUPS for name in words}
    others = [_row(name) for name in settings.SETTINGS_READ if name not in known]
    return [*groups, (_("Others"), others)] if others else groups


def _row(name: str, about: str = "") -> Row:
    value, source = settings.SETTINGS_READ[name]
    if name in settings.SECRETS:
        is_set = bool(value) or name == "SECRET_KEY"  # it makes one for itself
        return Row(name, about, _("set") if is_set else _("not set"), source)
    return Row(name, about, _shown(value), source)


def _shown(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list() | tuple():
            return ", ".join(_shown(one) for one in value) or "–"
        case str() if "://" in value:
            return _without_password(value)
        case _:
            return str(value) or "–"


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _team() -> list[dict[str, Any]]:
    """What administrators set in the app; the values by name only, because a system prompt is long."""
    names = sorted(team_defaults())
    said = ngettext("%(n)s setting", "%(n)s settings", len(names)) % {"n": len(names)}
    return [
        _one(
            _("Team defaults"),
            f"{said}: {', '.join(names)}" if names else _("none set"),
            "administration:defaults",
        ),
        _one(_("Signals"), _("recorded") if recording.is_on() else _("not recorded"), "chat:recording"),
    ]


def _one(name: str, value: str, address: str) -> dict[str, str]:
    return {"name": name, "value": value, "url": reverse(address)}
