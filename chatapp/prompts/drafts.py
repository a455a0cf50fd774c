"""The deed: keep what an author has written on a prompt and not saved. Two tabs of theirs lose nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused

from .content import as_typed
from .hold import hold
from .models import Draft, Prompt, Right, Version


class Elsewhere(Refused):
    """Another tab has changed the draft since; `draft` is what stands there."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__(
            _("This draft was changed in another tab meanwhile. What is written here is not stored yet.")
        )
        self.draft = draft


@transaction.atomic
def keep(prompt: Prompt, by, typed: Mapping[str, Any], *, base: int, revision: int) -> Draft:
    """Store what is typed, valid or not. `revision`: of the draft it grew from, 0 if there was none.

    Raises Elsewhere, Refused (no right).
    """
    held, typed = hold(prompt, by, Right.EDIT), _storable(typed)
    draft = Draft.objects.filter(prompt=held, author=by).first()
    if draft is not None and draft.typed == typed:
        return draft  # the same words from two tabs are no conflict
    if (draft.revision if draft else 0) != revision:
        raise Elsewhere(draft)
    if draft is None:
        return Draft.objects.create(prompt=held, author=by, base=base, typed=typed)
    draft.typed, draft.base, draft.revision = typed, base, draft.revision + 1
    draft.save()
    return draft


@transaction.atomic
def discard(prompt: Prompt, by) -> None:
    """Forget the author's draft. Raises Refused (no right)."""
    Draft.objects.filter(prompt=hold(prompt, by, Right.EDIT), author=by).delete()


def begun(prompt: Prompt, by, start: Version | None) -> Draft:
    """The author's draft, or one that is not stored yet and begins as the version `start` stands."""
    found = Draft.objects.filter(prompt=prompt, author=by).first()
    if found is not None:
        return found
    return Draft(prompt=prompt, author=by, base=prompt.latest, typed=as_typed(start), revision=0)


def _storable(value: Any) -> Any:
    """The same without NUL, which PostgreSQL takes in no text."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, Mapping):
        return {key: _storable(inner) for key, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list | tuple) else value
