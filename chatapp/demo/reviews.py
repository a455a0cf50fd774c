"""The last days: two reviewers read, for a reason each time, score, comment, correct, and say what is done."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from chatapp.accounts.models import User
from chatapp.accounts.review_grants import grant_review, revoke_review
from chatapp.conversations.models import Conversation, Message
from chatapp.review import facts, filters, look, marks, rubric, saved, visit
from chatapp.review.models import Facts, Option

from .prompts import UNTIL
from .story import Story

MOST = 70  # conversations that are read
FACTS_FOR = 50_000  # messages; of a larger story the server makes the facts, a few at a time
REASONS = (
    "Spot check of answers to customers",
    "A thumb down: what went wrong with this answer?",
    "Before and after the new version of the reply prompt",
    "The member asked us to look at this answer",
    "Cut answers: is there enough room?",
)
LABELS = ("tone", "wrong facts", "too long", "good example", "prompt to blame")
COMMENTS = (
    "The facts are right, but the customer has to read three paragraphs to find them.",
    "Good. Worth showing in the next training.",
    "It promises a refund that the policy does not have. Passed on to Support.",
    "The question was unclear; the answer should have asked back.",
    "Same fault as last week: the table has no units.",
)
RUBRIC = (
    ("Good", 1),
    ("Good, but too long", 0),
    ("Incomplete", 0),
    ("Wrong", -1),
    ("Wrong tone", -1),
    ("Unsafe", -1),
)
VIEWS = (
    ("Thumbs down, not reviewed", {"thumb": "down", "reviewed": "no"}),
    ("Cut answers", {"end": "length"}),
    ("Asked again", {"signal": "regenerated"}),
    ("Errors of any kind", {"error": "any"}),
)


@dataclass(frozen=True, slots=True)
class _Reading:
    at: datetime.datetime
    reviewer: User
    conversation: Conversation


def fill(story: Story) -> None:
    """Rights to review, visits with their marks, a search, saved views."""
    if story.messages <= FACTS_FOR:
        facts.everything()
    else:
        story.say("The list of reviews is made by the server once it runs.")
    ada = story.people[0]
    rita, ravi = (user for user in story.people if user.role == "reviewer")
    begin = story.moment(UNTIL + 0.01)
    with transaction.atomic():
        _grant(story, begin, rita, ravi, ada)
        with story.clock(begin + datetime.timedelta(minutes=20)):
            rubric.change(dict(enumerate(RUBRIC, 1)), by=rita)
        places = list(Option.objects.filter(retired_at=None).order_by("place").values_list("place", flat=True))
        readings = _readings(story, begin + datetime.timedelta(hours=1), (rita, rita, ravi))
        for number, reading in enumerate(readings):
            _read(story, reading, number, places)
        with story.clock(story.end - datetime.timedelta(minutes=50)):
            _search(story, rita)
            for name, wanted in VIEWS:
                saved.save(rita, name, filters.read(wanted))
            saved.save(ravi, VIEWS[0][0], filters.read(VIEWS[0][1]))
    story.say(f"{len(readings)} conversations reviewed.")


def _grant(story: Story, at: datetime.datetime, rita: User, ravi: User, ada: User) -> None:
    """Three that stand, and one that was ended."""
    until = story.end + datetime.timedelta(days=60)
    everyone: dict[str, Any] = {"group_id": None, "everyone": True}

    def give(reviewer: User, reason: str, **which: Any) -> int:
        return grant_review(reviewer.pk, until=until, reason=reason, by=ada, **which).pk

    with story.clock(at):
        support = {"group_id": story.groups["Support"].pk, "may_export": True}
        give(rita, "Quality of answers to customers, autumn round", **support)
        give(rita, "Spot checks before the new system prompt", **everyone)
        ended = give(ravi, "Cover for Rita's holidays", group_id=story.groups["Legal"].pk)
        revoke_review(ended, by=ada)
        give(ravi, "Second opinion on prompts, until the next release", **everyone)


def _readings(story: Story, begin: datetime.datetime, reviewers: tuple[User, ...]) -> list[_Reading]:
    """Which conversations are read when, in order: those with something to see come first."""
    rng = story.rng
    known = Conversation.objects.filter(deleted_at=None, leaf__isnull=False, updated__lt=story.end)
    others = known.exclude(owner__in=reviewers).select_related("owner").order_by("pk")
    signs = Facts.objects.filter(down__gt=0) | Facts.objects.filter(regenerated__gt=0)
    interesting = list(others.filter(pk__in=signs.values("conversation_id")))
    rest = list(others.order_by("-pk")[: 3 * MOST])
    rng.shuffle(interesting)
    rng.shuffle(rest)
    count = min(MOST, max(8, len(rest) // 3))
    wanted: list[Conversation] = []
    for one in (*interesting[: count * 2 // 3], *rest):
        if one not in wanted and len(wanted) < count:
            wanted.append(one)
    span = (story.end - datetime.timedelta(hours=1) - begin).total_seconds()
    found = []
    for one in wanted:
        earliest = max(begin, one.updated + datetime.timedelta(minutes=5))
        at = max(earliest, begin + datetime.timedelta(seconds=rng.uniform(0, span)))
        if (
            one.updated > begin
            and one.created < one.updated - datetime.timedelta(minutes=2)
            and rng.random() < 0.3
        ):
            at = one.updated - datetime.timedelta(minutes=1)  # it went on after it had been read
        found.append(_Reading(min(at, story.end - datetime.timedelta(hours=1)), rng.choice(reviewers), one))
    return sorted(found, key=lambda reading: reading.at)


def _read(story: Story, reading: _Reading, number: int, places: list[int]) -> None:
    rng, reviewer, conversation = story.rng, reading.reviewer, reading.conversation
    answers = Message.objects.kept().filter(conversation=conversation, role=Message.Role.ASSISTANT)
    seen = [answer for answer in answers.order_by("pk")[:5] if answer.created <= reading.at]
    session = f"demo-{reviewer.pk}-{reading.at:%Y%m%d}"
    at = reading.at
    with story.clock(at):
        visit.begin(reviewer, conversation.key, rng.choice(REASONS), session)
    steps: list[Callable[[], Any]] = []
    for answer in seen:
        if rng.random() < 0.75:
            place = rng.choices(places, [12, 4, 3, 3, 2, 1][: len(places)])[0]
            steps.append(lambda a=answer, p=place: marks.score(reviewer, a, p))  # type: ignore[misc]
    if rng.random() < 0.4:
        steps.append(lambda: marks.label(reviewer, conversation, rng.choice(LABELS)))
    if rng.random() < 0.35:
        steps.append(lambda: marks.comment(reviewer, conversation, rng.choice(COMMENTS)))
    if number % 4 == 0 and seen and seen[-1].text:
        first = seen[-1].text.split(". ")[0].rstrip(".")
        better = f"{first}.\n\nPlease send us your order number, and we look into it today."
        steps.append(lambda: marks.correct(reviewer, seen[-1], better))
    if rng.random() < 0.7:
        steps.append(lambda: marks.review(reviewer, conversation, True))
    for step in steps:
        at += datetime.timedelta(seconds=rng.uniform(4, 12))
        with story.clock(at):
            step()
    with story.clock(at + datetime.timedelta(seconds=5)):
        visit.end(reviewer, conversation.key, session)


def _search(story: Story, reviewer: User) -> None:
    """One search for words, whose results its owners see."""
    looking = look.begin(
        reviewer, "refund policy", "", "Is the refund policy told right everywhere?", "demo-search"
    )
    about = Conversation.objects.filter(title__istartswith="refund", deleted_at=None, leaf__isnull=False)
    look.show(looking, list(about.exclude(owner=reviewer).order_by("-pk")[:5]))
