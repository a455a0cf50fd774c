"""What a member finds in the library: the prompts to use, favourites first, searched by words and tags."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Lower

from . import rights
from .content import of
from .models import Favourite, Label, Prompt, Right, Version

MOST = 200


@dataclass(slots=True)
class Book:
    """A prompt as the library shows it."""

    prompt: Prompt
    version: Version
    is_favourite: bool
    is_usable: bool  # else it can only be read
    uses: int = 0  # of late; set by whoever has counted

    @property
    def asks(self) -> bool:
        """Whether something is to be filled in before it is used."""
        return any(one.is_asked for one in of(self.version).variables)


def books(user, words: str = "", *, right: str = Right.SEE) -> list[Book]:
    """Published prompts on which the user has the right; each word is in name, tags or description."""
    mine = Favourite.objects.filter(prompt=OuterRef("pk"), member=user)
    stands = Label.objects.filter(prompt=OuterRef("pk"), name=Label.PRODUCTION)
    rows = (
        rights.prompts(user, right)
        .filter(archived_at=None)
        .annotate(is_favourite=Exists(mine), production=Subquery(stands.values("version_id")[:1]))
        .exclude(production=None)
        .order_by("-is_favourite", Lower("name"), "pk")
    )
    wanted = words.casefold().split()
    found = [prompt for prompt in rows if _has(prompt, wanted)][:MOST]
    versions = Version.objects.in_bulk([prompt.production for prompt in found])
    usable = set(rights.prompts(user, Right.USE).filter(pk__in=[p.pk for p in found]).values_list("pk", flat=True))
    return [Book(p, versions[p.production], p.is_favourite, p.pk in usable) for p in found]


def tags_of(found: list[Book]) -> list[str]:
    return sorted({tag for book in found for tag in book.prompt.tags})


def _has(prompt: Prompt, wanted: list[str]) -> bool:
    told = " ".join([prompt.name, prompt.slug, prompt.description, *prompt.tags]).casefold()
    return all(word in told for word in wanted)
