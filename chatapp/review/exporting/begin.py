"""The deed: export what is selected. Nothing of it is sent before this has been recorded."""

from django.utils.translation import gettext as _

from chatapp.accounts import access
from chatapp.accounts.models import User
from chatapp.audit.record import record
from chatapp.conversations.refusals import Refused
from chatapp.conversations.turn import my_turn

from .. import audit_actions, reasons
from ..listing import Selection
from ..models import Export
from ..refused import NoRight
from ..visit import session_hash


def begin(reviewer: User, form: str, selection: Selection, reason: str, session_key: str) -> Export:
    """Raises NoRight, or Refused: no such form, no reason, nothing selected."""
    if not access.may_export(reviewer):
        raise NoRight(no_right())
    if form not in Export.Form.values:
        raise Refused(_("Choose what the file is to be."), "form")
    why = reasons.cleaned(reason)
    total = selection.rows().count()
    if not total:
        raise Refused(_("There is no conversation in this view. Change the filter first."))
    with my_turn():
        export = Export.objects.create(
            reviewer=reviewer,
            form=form,
            query=selection.wanted.query,
            look=selection.look,
            reason=why,
            session=session_hash(session_key),
            total=total,
        )
        record(
            audit_actions.EXPORTED,
            actor=reviewer,
            subject=("export", str(export.key), export.get_form_display()),
            reason=why,
            detail={
                "form": form,
                "filter": selection.wanted.asked,
                "words": selection.look.words if selection.look else "",
                "member": selection.look.member_id if selection.look else None,
                "conversations": total,
            },
        )
    return export


def no_right() -> str:
    return _("You may review, but not export. Ask an administrator for that right.")
