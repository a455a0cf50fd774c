"""The deed: choose the prompt that counts wherever nobody has chosen one."""

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.access import may_administer
from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions
from .content import of
from .models import Defaults, Label, Prompt


@transaction.atomic
def choose(prompt: Prompt | None, by) -> None:
    """None: the team has no default prompt. Raises Refused."""
    if not may_administer(by):
        raise Refused(_("Only administrators may choose the team's default prompt."))
    if prompt is not None:
        held = Prompt.objects.select_for_update().get(pk=prompt.pk)
        stands = Label.objects.filter(prompt=held, name=Label.PRODUCTION).select_related("version").first()
        if stands is None or held.archived_at:
            raise Refused(_("Only a prompt with a published version can be the team's default."))
        if asked := of(stands.version).must_be_filled:
            raise Refused(
                _("Nobody fills in a form for the default prompt: give %(names)s a default value first.")
                % {"names": ", ".join(one.name for one in asked)}
            )
    row, _new = Defaults.objects.select_for_update().get_or_create(owner=None)
    before, row.prompt = row.prompt, prompt
    if before == prompt:
        return
    row.save(update_fields=["prompt"])
    record(
        audit_actions.TEAM_PROMPT,
        actor=by,
        subject=prompt,
        detail={"before": before.slug if before else None, "after": prompt.slug if prompt else None},
    )


def team_prompt() -> Prompt | None:
    row = Defaults.objects.filter(owner=None).select_related("prompt").first()
    return row.prompt if row else None
