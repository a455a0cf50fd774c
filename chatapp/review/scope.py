"""Whose conversations a reviewer may read, as the rights stand now. Nothing is kept between two requests.

A reviewer's own conversations are not among them: those are read in the chat.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chatapp.accounts import access
from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation

from .facts import reviewable


@dataclass(frozen=True, slots=True)
class Scope:
    reviewer_id: int
    everyone: bool
    owners: frozenset[int]  # unless everyone

    @property
    def is_empty(self) -> bool:
        return not self.everyone and not self.owners

    def of_owner(self, field: str = "owner") -> Q:
        """The condition on a row's owner."""
        others = ~Q(**{f"{field}_id": self.reviewer_id})
        return others if self.everyone else others & Q(**{f"{field}_id__in": self.owners})

    def members(self) -> list[int]:
        """Ids of everybody in it."""
        found = User.objects.exclude(pk=self.reviewer_id)
        return list((found if self.everyone else found.filter(pk__in=self.owners)).values_list("pk", flat=True))

    def holds(self, owner_id: int) -> bool:
        return owner_id != self.reviewer_id and (self.everyone or owner_id in self.owners)

    def conversations(self) -> QuerySet[Conversation]:
        return Conversation.objects.filter(self.of_owner(), reviewable())


def of(reviewer: User, *, exporting: bool = False) -> Scope:
    """exporting: only those whose conversations the reviewer may take away as a file."""
    wanted = access.export_scope(reviewer) if exporting else access.review_scope(reviewer)
    ids = frozenset(wanted)
    return Scope(reviewer.pk, len(ids) == User.objects.count(), ids)


def gone() -> str:
    return _("There is no such conversation in what you may read. It was deleted, or your right has changed.")
