"""Prompts for tests, made through the deeds themselves."""

from chatapp.accounts.models import Group, Membership
from chatapp.prompts import create, publish, save
from chatapp.prompts.models import Label, Prompt, Version


def written(by, text: str = "Answer in one sentence.", *, name: str = "Short answers", **typed) -> Prompt:
    """A prompt with one version that is not published."""
    made = create.create(by, name)
    version(made, by, text, **typed)
    made.refresh_from_db()
    return made


def version(
    prompt: Prompt, by, text: str, *, note: str = "Tried out", base: int | None = None, **typed
) -> Version:
    """The next version."""
    prompt.refresh_from_db()
    base = prompt.latest if base is None else base
    return save.save(prompt, by, {"text": text, **typed}, base=base, note=note)


def published(by, text: str = "Answer in one sentence.", *, name: str = "Short answers", **typed) -> Prompt:
    """A prompt whose first version is in production."""
    made = written(by, text, name=name, **typed)
    publish.move(made, Label.PRODUCTION, 1, by, "Good enough")
    return made


def group(name: str, *members) -> Group:
    made = Group.objects.create(name=name)
    Membership.objects.bulk_create(Membership(user=one, group=made) for one in members)
    return made
