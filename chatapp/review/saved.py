"""Filters with a name, each reviewer's own."""

from uuid import UUID

from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from .filters import Filter
from .models import SavedView

MOST = 50


def of(reviewer: User) -> list[SavedView]:
    return list(SavedView.objects.filter(reviewer=reviewer).order_by("name"))


def save(reviewer: User, name: str, wanted: Filter) -> SavedView:
    """Keep the filter under this name; one of the same name is written over. Words searched for are not kept."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 60:
        raise Refused(_("Give the view a name of at most 60 characters."), "name")
    if not wanted.query:
        raise Refused(_("Choose at least one filter first: without one it is the whole list."), "name")
    with my_turn():
        if SavedView.objects.filter(reviewer=reviewer).exclude(name=name).count() >= MOST:
            raise Refused(_("There are %(most)s views already. Delete one first.") % {"most": MOST}, "name")
        view, _made = SavedView.objects.update_or_create(
            reviewer=reviewer, name=name, defaults={"query": wanted.query}
        )
    return view


def forget(reviewer: User, key: UUID) -> bool:
    return bool(SavedView.objects.filter(reviewer=reviewer, key=key).delete()[0])
