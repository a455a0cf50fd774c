"""The deed: take prompts along as files. It is recorded, since what is in them leaves the house."""

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions, rights
from .files import file_name, pack, write
from .models import Prompt, Right, Version


def everything(by) -> bytes:
    """A ZIP of all versions of all prompts that `by` may edit."""
    prompts = rights.prompts(by, Right.EDIT)
    found = Version.objects.filter(prompt__in=prompts).select_related("prompt").order_by("prompt__slug", "number")
    return _packed(list(found), by, None)


def history(prompt: Prompt, by) -> bytes:
    """A ZIP of all versions."""
    return _packed(list(prompt.versions.select_related("prompt").order_by("number")), by, prompt)


def one(prompt: Prompt, number: int, by) -> tuple[str, str]:
    """Name and text of one version's file. Raises Refused."""
    version = prompt.versions.filter(number=number).first()
    if version is None:
        raise Refused(_("There is no such version."), "number")
    _record(by, prompt, [version])
    return file_name(prompt, version), write(prompt, version)


def _packed(versions: list[Version], by, prompt: Prompt | None) -> bytes:
    _record(by, prompt, versions)
    return pack(versions)


@transaction.atomic
def _record(by, prompt: Prompt | None, versions: list[Version]) -> None:
    record(audit_actions.EXPORTED, actor=by, subject=prompt, detail={"versions": len(versions)})
