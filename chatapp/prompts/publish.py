"""The deeds on labels: moving one is publishing, moving it back is a rollback.

There is no deed that takes `production` away: once it stands, it can only be moved.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions
from .content import of
from .hold import hold, reason
from .models import Defaults, Label, LabelMove, Prompt, Right, Version

NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


@transaction.atomic
def move(prompt: Prompt, label: str, number: int, by, why: str) -> LabelMove:
    """Put `label` on version `number`. Raises Refused (no right, no reason, own version under four eyes, …).

    `production` is what members are told, so it needs the right to publish; other labels need that to edit.
    """
    why = reason(why, "why", _("Say why, in a few words. It stays in the history."))
    held = hold(prompt, by, Right.PUBLISH if label == Label.PRODUCTION else Right.EDIT)
    version = held.versions.select_related("author").filter(number=number).first()
    if version is None:
        raise Refused(_("There is no such version."), "number")
    if not NAME.fullmatch(label):
        raise Refused(_("Small letters, digits and hyphens only, at most 30, such as “for-support”."), "label")
    if label == Label.DRAFT:
        raise Refused(_("“draft” always stands at the newest version by itself."), "label")
    if label == Label.PRODUCTION:
        _refuse_production(held, version, by)
    moved = place(held, label, version, by, why)
    if moved is None:
        raise Refused(_("The label stands there already."), "number")
    record(
        audit_actions.PUBLISHED,
        actor=by,
        subject=held,
        reason=why,
        detail={
            "label": label,
            "before": moved.before.number if moved.before else None,
            "after": version.number,
        },
    )
    return moved


@transaction.atomic
def remove(prompt: Prompt, label: str, by, why: str) -> None:
    """Take away a label. Raises Refused, always for `production` and `draft`."""
    why = reason(why, "why", _("Say why, in a few words. It stays in the history."))
    held = hold(prompt, by, Right.EDIT)
    if label in (Label.PRODUCTION, Label.DRAFT):
        raise Refused(_("This label can be moved, but not taken away."), "label")
    stands = Label.objects.filter(prompt=held, name=label).select_related("version").first()
    if stands is None:
        raise Refused(_("There is no such label any more."), "label")
    LabelMove.objects.create(prompt=held, label=label, before=stands.version, after=None, by=by, why=why)
    stands.delete()
    detail = {"label": label, "before": stands.version.number}
    record(audit_actions.UNLABELLED, actor=by, subject=held, reason=why, detail=detail)


def place(held: Prompt, label: str, version: Version, by, why: str) -> LabelMove | None:
    """Put the label there and write that down; None if it stands there. For deeds that hold the prompt."""
    stands = Label.objects.filter(prompt=held, name=label).select_related("version").first()
    if stands and stands.version_id == version.pk:
        return None
    before = stands.version if stands else None
    Label.objects.update_or_create(prompt=held, name=label, defaults={"version": version})
    return LabelMove.objects.create(prompt=held, label=label, before=before, after=version, by=by, why=why)


def needs_another(prompt: Prompt, version: Version, by) -> bool:
    """Whether somebody else has to publish this version.

    A version keeps the rule it was saved under, so that switching it off opens no way around it.
    """
    return (prompt.four_eyes or version.four_eyes) and version.author_id == by.pk


def _refuse_production(held: Prompt, version: Version, by) -> None:
    if held.archived_at:
        raise Refused(_("This prompt is archived. Bring it back first."))
    if needs_another(held, version, by):
        raise Refused(
            _("You wrote this version. By the four-eyes rule somebody else has to publish it."), "number"
        )
    asked = of(version).must_be_filled
    if asked and Defaults.objects.filter(owner=None, prompt=held).exists():
        names = ", ".join(one.name for one in asked)
        raise Refused(
            _(
                "This is the team's default prompt, for which nobody fills in a form: give %(names)s a default "
                "value, or make it optional."
            )
            % {"names": names},
            "number",
        )
