"""Let a reviewer read conversations, of a group or of everyone, for a time; and end that."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.admins import lock_admins
from chatapp.accounts.audit_actions import REVIEW_EXPIRED, REVIEW_GRANTED, REVIEW_REVOKED
from chatapp.accounts.models import Group, ReviewGrant, Role, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.sessions import end_every_session
from chatapp.audit.record import record

MOST_DAYS = 366


def grant_review(
    reviewer_id: int,
    *,
    group_id: int | None,
    everyone: bool = False,
    starts_at: datetime.datetime | None = None,
    until: datetime.datetime,
    may_export: bool = False,
    reason: str,
    by: User | None,
) -> ReviewGrant:
    """Either `group_id` or `everyone`. `by` None is the command line.

    Raises Refused: not a reviewer, no reason, no such group, an end not within MOST_DAYS of the start, `by` may
    not; User.DoesNotExist for an unknown id.
    """
    starts_at = starts_at or timezone.now()
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason:
        raise Refused(_("Say what the reviews are for. Members read it."), "reason")
    if len(reason) > 300:
        raise Refused(_("At most 300 characters are possible. Shorten the reason."), "reason")
    if everyone == (group_id is not None):
        raise Refused(_("Choose one group, or everyone."), "group")
    if until <= max(starts_at, timezone.now()):
        raise Refused(_("The last day is over already, or comes before the first. Choose a later one."), "until")
    if until - starts_at > datetime.timedelta(days=MOST_DAYS):
        raise Refused(_("A right to review lasts one year at most. Choose an earlier day."), "until")
    with transaction.atomic():
        lock_admins(by)
        reviewer = User.objects.select_for_update(no_key=True).get(pk=reviewer_id)
        if reviewer.role != Role.REVIEWER or not reviewer.is_active:
            raise Refused(
                _("%(name)s is not an active reviewer. Give the role “Reviewer” first.") % {"name": reviewer},
                "reviewer",
            )
        if group_id is not None and not Group.objects.filter(pk=group_id).exists():
            raise Refused(_("This group is not there any more. Reload the page."), "group")
        grant = ReviewGrant.objects.create(
            reviewer=reviewer,
            group_id=group_id,
            everyone=everyone,
            starts_at=starts_at,
            until=until,
            may_export=may_export,
            reason=reason,
            granted_by=by,
        )
        record(REVIEW_GRANTED, actor=by, subject=reviewer, reason=reason, detail=_facts(grant))
    return grant


def revoke_review(grant_id: int, *, by: User | None) -> bool:
    """End a grant, and the reviewer's sessions; False if it was over already. Raises Refused if `by` may not."""
    with transaction.atomic():
        lock_admins(by)
        grant = ReviewGrant.objects.open().select_related("reviewer").filter(pk=grant_id).first()
        if grant is None or not _end([grant.pk]):
            return False
        end_every_session(grant.reviewer_id)
        record(REVIEW_REVOKED, actor=by, subject=grant.reviewer, detail=_facts(grant))
    return True


def end_grants_of(user: User, *, by: User | None) -> None:
    """End the grants of somebody who is no reviewer any more, in a transaction that ends the sessions as well."""
    for grant in ReviewGrant.objects.open().filter(reviewer=user).order_by("pk"):
        if _end([grant.pk]):
            record(REVIEW_REVOKED, actor=by, subject=user, detail=_facts(grant))


def end_those_over() -> int:
    """End the sessions of reviewers whose time came to its end since the last look; how many grants that were.

    Each request reads the grants anyway. This is for pages and sockets that are open; called every second.
    """
    over = ReviewGrant.objects.filter(ended_at=None, until__lte=timezone.now())
    ended = 0
    for grant in over.select_related("reviewer").order_by("pk"):
        with transaction.atomic():
            if not _end([grant.pk]):
                continue  # another process was faster
            end_every_session(grant.reviewer_id)
            record(REVIEW_EXPIRED, actor=None, subject=grant.reviewer, detail=_facts(grant))
        ended += 1
    return ended


def _end(pks: list[int]) -> int:
    return ReviewGrant.objects.filter(pk__in=pks, ended_at=None).update(ended_at=timezone.now())


def _facts(grant: ReviewGrant) -> dict[str, object]:
    return {
        "grant": grant.pk,
        "group": None if grant.group is None else grant.group.name,
        "everyone": grant.everyone,
        "from": grant.starts_at,
        "until": grant.until,
        "may_export": grant.may_export,
    }
