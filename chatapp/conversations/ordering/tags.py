"""Tags: made by their first use, gone with their last."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ..models import Conversation, Tag
from ..refusals import Refused
from .names import tidy

MOST = 20  # on one conversation
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Used:
    name: str
    count: int  # conversations of those asked about; of all that can be seen, if none were asked about


def named(owner, name: str) -> Tag:
    """The owner's tag of this name, made if there is none. Raises Refused. Within the transaction that uses it."""
    name = tidy(name.replace(",", " ").lstrip("# "), LONGEST, _("A tag needs a name."), "tag")
    return find(owner, name) or Tag.objects.create(owner=owner, name=name)


def find(owner, name: str) -> Tag | None:
    """Compared here: SQLite knows the capitals of English only."""
    wanted = name.casefold()
    return next((tag for tag in Tag.objects.filter(owner=owner) if tag.name.casefold() == wanted), None)


def used(owner, of: list[Conversation] | None = None) -> list[Used]:
    """The owner's tags by name; of these conversations, or of all that are not deleted."""
    counted = Q(conversations__in=of) if of is not None else Q(conversations__deleted_at=None)
    rows = Tag.objects.filter(owner=owner).annotate(count=Count("conversations", filter=counted))
    found = [Used(tag.name, tag.count) for tag in rows if tag.count]
    return sorted(found, key=lambda tag: tag.name.casefold())


def check_room(conversations: list[Conversation]) -> None:
    """Raises Refused if one of them has more tags than is possible."""
    full = (
        Conversation.objects.filter(pk__in=[c.pk for c in conversations])
        .annotate(count=Count("tags"))
        .filter(count__gt=MOST)
        .first()
    )
    if full:
        raise Refused(
            _("“%(title)s” has %(most)s tags already. Remove one first.") % {"title": full.title, "most": MOST},
            "tag",
        )


def forget_unused(owner=None) -> int:
    """Drop tags that no conversation has (of everybody, if no owner is given). Returns how many."""
    rows = Tag.objects.filter(conversations=None)
    ids = list((rows if owner is None else rows.filter(owner=owner)).values_list("pk", flat=True)[:500])
    return Tag.objects.filter(pk__in=ids).delete()[0] if ids else 0
