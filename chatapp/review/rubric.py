"""The options that an answer is scored by: up to nine, each on its key."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.audit.record import record
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from . import audit_actions
from .models import Option

KEYS = range(1, 10)
LONGEST = 40


def options() -> list[Option]:
    """Those that stand now, by key."""
    return list(Option.objects.filter(retired_at=None).order_by("place"))


def ever() -> list[Option]:
    """All that scores may carry, those that stand now first."""
    return [*options(), *Option.objects.filter(retired_at__isnull=False).order_by("-retired_at", "place")]


def change(wanted: Mapping[int, tuple[str, int]], *, by) -> bool:
    """Let these be the options: key → (name, worth), without those whose name is empty. False if nothing changed.

    One that is changed is retired, and a new one takes its key: what was scored before keeps its meaning.
    Raises Refused: a name too long, twice, or no option at all.
    """
    named = {place: (" ".join(name.split()), worth) for place, (name, worth) in wanted.items() if name.strip()}
    _check(named)
    with my_turn():
        before = {option.place: option for option in options()}
        gone = [o.pk for place, o in before.items() if named.get(place) != (o.name, o.worth)]
        if not gone and named.keys() == before.keys():
            return False
        Option.objects.filter(pk__in=gone).update(retired_at=timezone.now())
        Option.objects.bulk_create(
            Option(place=place, name=name, worth=worth)
            for place, (name, worth) in sorted(named.items())
            if place not in before or before[place].pk in gone
        )
        record(
            audit_actions.RUBRIC,
            actor=by,
            subject=("rubric", "rubric", ""),
            detail={"options": {str(place): [name, worth] for place, (name, worth) in sorted(named.items())}},
        )
    return True


def _check(named: Mapping[int, tuple[str, int]]) -> None:
    if not named:
        raise Refused(_("Name at least one option."))
    names = [name.casefold() for name, _worth in named.values()]
    for place, (name, worth) in named.items():
        if place not in KEYS or worth not in Option.Worth.values:
            raise Refused(_("This page is out of date. Reload it and try again."))
        if len(name) > LONGEST or "\x00" in name:
            raise Refused(_("A name has at most %(most)s characters.") % {"most": LONGEST}, f"name-{place}")
        if names.count(name.casefold()) > 1:
            raise Refused(_("Two options have the same name."), f"name-{place}")
