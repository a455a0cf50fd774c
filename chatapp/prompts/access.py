"""The deeds on rights: who may see, use, edit and publish a prompt beside the roles, and the four-eyes rule."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.access import may_administer
from chatapp.accounts.models import Group
from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions
from .hold import hold, reason
from .models import Grant, Prompt, Right

EVERYONE = "everyone"  # may see, or use
OPEN_TO_ALL = (Right.SEE, Right.USE)


@transaction.atomic
def grant(prompt: Prompt, by, wanted: Mapping[str, Collection[str]]) -> None:
    """Let just these groups (their ids as text), or EVERYONE, have each right. Raises Refused."""
    held = hold(prompt, by, Right.PUBLISH)
    groups = {str(group.pk): group for group in Group.objects.all()}
    before, after = told(held), []
    for right in Right:
        for one in dict.fromkeys(wanted.get(right, ())):
            if one == EVERYONE and right in OPEN_TO_ALL:
                after.append(Grant(prompt=held, right=right))
            elif one in groups:
                after.append(Grant(prompt=held, right=right, group=groups[one]))
            else:
                raise Refused(_("One of these groups is not there any more. Reload the page."), right)
    held.grants.all().delete()
    Grant.objects.bulk_create(after)
    record(audit_actions.ACCESS, actor=by, subject=held, detail={"before": before, "after": told(held)})


@transaction.atomic
def switch_four_eyes(prompt: Prompt, by, on: bool, why: str) -> None:
    """Who may publish switches it on; only administrators off, for versions to come. Raises Refused."""
    why = reason(why, "why", _("Say why, in a few words. It stays in the audit log."))
    held = hold(prompt, by, Right.PUBLISH)
    if held.four_eyes == on:
        return
    if not on and not may_administer(by):
        raise Refused(_("Only administrators may switch the four-eyes rule off."))
    held.four_eyes = on
    held.save(update_fields=["four_eyes"])
    record(audit_actions.FOUR_EYES, actor=by, subject=held, reason=why, detail={"on": on})


def told(prompt: Prompt) -> dict[str, list[str]]:
    """Right → names of the groups, or EVERYONE."""
    found: dict[str, list[str]] = {}
    for one in prompt.grants.select_related("group").order_by("right", "group__name"):
        found.setdefault(one.right, []).append(one.group.name if one.group else EVERYONE)
    return found
