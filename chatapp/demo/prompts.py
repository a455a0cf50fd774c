"""The team's prompts over the months, made by the same deeds as any other, each at its time."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.prompts import access, create, favourites, publish, save, team_default
from chatapp.prompts.access import EVERYONE
from chatapp.prompts.content import Content, of
from chatapp.prompts.models import Label, Prompt, Right, Version
from chatapp.prompts.variables import fill as filled

from .book import BOOK, Draft, Luck, Page
from .story import Story

UNTIL = 0.82  # of the days; the reviews come after it


@dataclass(slots=True)
class InUse:
    """A prompt as the conversations of the story meet it."""

    page: Page
    prompt: Prompt
    groups: set[int]
    stands: list[tuple[datetime.datetime, Version, Luck]] = field(default_factory=list)  # production, in order
    archived_at: datetime.datetime | None = None
    default_from: datetime.datetime | None = None

    def at(self, moment: datetime.datetime) -> tuple[Version, Luck] | None:
        """What was in production then."""
        found = None
        for since, version, luck in self.stands:
            if since <= moment:
                found = (version, luck)
        return found

    def may_be_chosen(self, moment: datetime.datetime, owner: User, theirs: set[int]) -> bool:
        if not self.page.weight or self.at(moment) is None or (self.archived_at and moment > self.archived_at):
            return False
        return not self.groups or bool(self.groups & theirs)

    def text(self, version: Version, values: dict[str, str], owner: User) -> str:
        said: Content = of(version)
        return filled(said.text, said.variables, values, lambda name: str(getattr(owner, name, "")))


def fill(story: Story) -> None:
    """Nine prompts with their versions, labels, rights and favourites."""
    deeds: list[tuple[float, Callable[[], Any]]] = []
    ada, eddi = story.people[0], story.people[1]
    for page in BOOK:
        _Making(story, page, eddi, ada).plan(deeds)
    with transaction.atomic():
        for share, deed in sorted(deeds, key=lambda one: one[0]):
            with story.clock(story.moment(share)):
                deed()
        with story.clock(story.moment(UNTIL)):
            for user in story.people:
                theirs = [one for one in story.prompts if not one.groups and one.page.weight]
                for one in story.rng.sample(theirs, 1):
                    favourites.mark(one.prompt, user, True)
    story.say(f"{len(story.prompts)} prompts with {Version.objects.count()} versions.")


class _Making:
    """One prompt's deeds; editors save, and publish unless another has to."""

    def __init__(self, story: Story, page: Page, author: User, other: User) -> None:
        self.story, self.page, self.author, self.other = story, page, author, other
        self.made: InUse

    def plan(self, deeds: list[tuple[float, Callable[[], Any]]]) -> None:
        page = self.page
        deeds.append((page.versions[0].saved - 0.001, self._create))
        for number, draft in enumerate(page.versions, 1):
            deeds.append((draft.saved, lambda d=draft, n=number: self._save(d, n)))  # type: ignore[misc]
            if draft.published:
                why = draft.why or draft.note
                deeds.append((draft.published, lambda n=number, w=why: self._move("production", n, w)))  # type: ignore[misc]
        for share, label, number, why in page.moves:
            deeds.append((share, lambda a=label, n=number, w=why: self._move(a, n, w)))  # type: ignore[misc]
        if page.archived:
            deeds.append((page.archived, self._archive))
        if page.team:
            deeds.append((page.team, self._be_the_default))

    def _create(self) -> None:
        page, story = self.page, self.story
        prompt = create.create(self.author, page.name, description=page.description, tags=page.tags)
        groups = [story.groups[name].pk for name in page.groups]
        if groups:
            wanted: dict[str, list[str]] = {Right.SEE: [EVERYONE], Right.USE: [str(pk) for pk in groups]}
            access.grant(prompt, self.other, wanted)
        if page.four_eyes:
            access.switch_four_eyes(prompt, self.other, True, "Contracts: nobody publishes their own words.")
        self.made = InUse(page, prompt, set(groups))
        story.prompts.append(self.made)

    def _save(self, draft: Draft, number: int) -> None:
        typed = {"text": draft.text, "variables": list(self.page.variables), "settings": draft.settings}
        save.save(self.made.prompt, self.author, typed, base=number - 1, note=draft.note)

    def _move(self, label: str, number: int, why: str) -> None:
        by = self.other if self.page.four_eyes else self.author
        moved = publish.move(self.made.prompt, label, number, by, why)
        if label == Label.PRODUCTION:
            version = self.made.prompt.versions.get(number=number)
            self.made.stands.append((moved.at, version, self.page.versions[number - 1].luck))

    def _archive(self) -> None:
        create.archive(self.made.prompt, self.other)
        self.made.archived_at = timezone.now()

    def _be_the_default(self) -> None:
        team_default.choose(self.made.prompt, self.other)
        self.made.default_from = timezone.now()
