"""The deeds on what a prompt is called: make it, name and describe it, put it away and bring it back."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.audit.record import record

from . import audit_actions, rights
from .hold import hold
from .models import Defaults, Grant, Prompt, Right

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
MOST_TAGS = 10


@transaction.atomic
def create(by, name: str, slug: str = "", description: str = "", tags: Iterable[str] = ()) -> Prompt:
    """A prompt without a version; everyone may use it once one is published. `slug`: made from the name if empty.

    Raises Refused.
    """
    if not rights.may_create(by):
        raise Refused(_("Only prompt editors and administrators may make prompts."))
    name = _name(name)
    made = Prompt.objects.create(
        name=name,
        slug=_slug(slug) if slug.strip() else free_slug(name),
        description=_description(description),
        tags=_tags(tags),
        created_by=by,
    )
    Grant.objects.create(prompt=made, right=Right.USE)
    record(audit_actions.CREATED, actor=by, subject=made, detail={"slug": made.slug})
    return made


@transaction.atomic
def describe(prompt: Prompt, by, *, name: str, slug: str, description: str, tags: Iterable[str]) -> Prompt:
    """Name and describe it anew. Raises Refused."""
    held = hold(prompt, by, Right.EDIT)
    before = {"name": held.name, "slug": held.slug}
    held.name, held.description, held.tags = _name(name), _description(description), _tags(tags)
    held.slug = _slug(slug, but=held.pk)
    held.save(update_fields=["name", "slug", "description", "tags"])
    record(audit_actions.CHANGED, actor=by, subject=held, detail={"before": before, "slug": held.slug})
    return held


@transaction.atomic
def archive(prompt: Prompt, by) -> None:
    """Take it out of the library. Conversations that use it go on as they are. Raises Refused."""
    held = hold(prompt, by, Right.PUBLISH)
    if held.archived_at:
        return
    if Defaults.objects.filter(prompt=held).exists():
        raise Refused(_("This is the team's default prompt. Choose another default first."))
    held.archived_at = timezone.now()
    held.save(update_fields=["archived_at"])
    record(audit_actions.ARCHIVED, actor=by, subject=held)


@transaction.atomic
def bring_back(prompt: Prompt, by) -> None:
    """Raises Refused."""
    held = hold(prompt, by, Right.PUBLISH)
    if held.archived_at is None:
        return
    held.archived_at = None
    held.save(update_fields=["archived_at"])
    record(audit_actions.BROUGHT_BACK, actor=by, subject=held)


def free_slug(name: str) -> str:
    """A name for addresses that nobody has yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36].strip("-") or "prompt"
    taken = set(Prompt.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(s for n in range(1, len(taken) + 3) if (s := stem if n == 1 else f"{stem}-{n}") not in taken)


def _slug(words: str, but: int = 0) -> str:
    slug = words.strip().lower()
    if not SLUG.fullmatch(slug):
        raise Refused(_("Small letters, digits and hyphens only, at most 40, such as “release-notes”."), "slug")
    if Prompt.objects.filter(slug=slug).exclude(pk=but).exists():
        raise Refused(_("Another prompt has this short name already."), "slug")
    return slug


def _name(words: str) -> str:
    name = " ".join(words.replace("\x00", "").split())
    if not name:
        raise Refused(_("Give the prompt a name."), "name")
    if len(name) > 80:
        raise Refused(_("A name has at most 80 characters."), "name")
    return name


def _description(words: str) -> str:
    words = " ".join(words.replace("\x00", "").split())
    if len(words) > 300:
        raise Refused(_("A description has at most 300 characters."), "description")
    return words


def _tags(words: Iterable[str]) -> list[str]:
    plain = (" ".join(word.replace("\x00", "").split()).lower() for word in words)
    tags = list(dict.fromkeys(word for word in plain if word))
    if len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags):
        raise Refused(_("At most ten tags of 40 characters are possible."), "tags")
    return tags
