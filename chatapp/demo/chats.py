"""The conversations: mostly answered, sometimes cut, stopped, asked again, edited, rated."""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Folder, Message, Reply, Tag
from chatapp.conversations.receipt import hash_of
from chatapp.feedback.models import Rating, Signal
from chatapp.feedback.rate import REASONS
from chatapp.prompts.models import Prompt, Version
from chatapp.prompts.resolve import PROMPT, TEAM_PROMPT
from chatapp.takeout.importing.rows import insert, reserve
from chatapp.usage.cost import dollars
from chatapp.workersai.tokens import estimate_tokens

from .book import Luck
from .prompts import InUse
from .story import Story
from .words import Said, Words, said

BATCH = 200
MESSAGES_PER_CHAT = 5.2  # on average, by the chances below
WITH_RECEIPTS = 50_000  # messages; in larger stories the answers do without what was sent for them
MODEL = "@cf/openai/gpt-oss-20b"
PATH = f"/ai/run/{MODEL}"
OWNER = "demo"  # the process that never was
ERRORS = {
    "rate_limited": "The model answers too many at once just now. Try again in a minute.",
    "timeout": "The model did not begin to answer in time. Try again.",
    "unavailable": "The model could not be reached. Try again.",
}
TAGS = ("draft", "customer", "urgent", "later", "reference")
FOLDERS = ("Customers", "Internal", "Experiments")
BASE = {"temperature": 0.4}  # what the team has set
PLAIN = Luck()
WITH_PROMPT = 0.45  # of the chats choose one
_COMMENTS = {
    "up": ("Exactly what I needed.", "Good table."),
    "down": ("The dates are wrong.", "Too long for a mail."),
}


def fill(story: Story) -> None:
    """About `story.messages` messages, in the order in which they were written."""
    words = Words(story.rng)
    shelves = {user.pk: _Shelf(user, story) for user in story.people}
    default = next((one for one in story.prompts if one.default_from), None)
    askers = [user for user in story.people if user.role != "reviewer"]
    weights = [1 / (1 + n % 9) for n in range(len(askers))]
    starts = story.starts(max(1, round(story.messages / MESSAGES_PER_CHAT)))
    written, began = 0, time.monotonic()
    for at in range(0, len(starts), BATCH):
        batch = _Batch(story, words, default, receipts=story.messages <= WITH_RECEIPTS)
        for start in starts[at : at + BATCH]:
            owner = story.rng.choices(askers, weights)[0]
            batch.tell(owner, shelves[owner.pk], start)
        batch.store()
        before, written = written, written + len(batch.messages)
        if before // 50_000 != written // 50_000:
            story.say(f"  {written:,} messages, {written / (time.monotonic() - began):,.0f} per second")
    story.say(f"{written:,} messages in {time.monotonic() - began:,.1f} s.")


class _Shelf:
    """Folders and tags of a member."""

    def __init__(self, user: User, story: Story) -> None:
        self.folders = [Folder.objects.create(key=story.key(), owner=user, name=name) for name in FOLDERS]
        self.tags = Tag.objects.bulk_create([Tag(owner=user, name=name) for name in TAGS])
        self.groups = set(user.groups.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer was told by a prompt, and how such answers fare."""

    luck: Luck = PLAIN
    version: Version | None = None
    prompt: Prompt | None = None
    origin: str = ""
    text: str = ""

    @property
    def named(self) -> dict[str, object] | None:
        if self.version is None or self.prompt is None:
            return None
        about = {"key": str(self.version.key), "slug": self.prompt.slug, "name": self.prompt.name}
        return {**about, "number": self.version.number, "hash": self.version.hash}


@dataclass(slots=True)
class _Batch:
    story: Story
    words: Words
    default: InUse | None
    receipts: bool
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    tagged: list[tuple[Conversation, Tag]] = field(default_factory=list)

    def tell(self, owner: User, shelf: _Shelf, at: datetime.datetime) -> None:
        """One conversation, begun at this moment."""
        rng = self.story.rng
        topic = self.words.topic()
        title = said(self.words.title(topic))
        conversation = Conversation(
            key=self.story.key(), owner=owner, title=title.text, title_by=Conversation.TitleBy.MODEL,
            search_title=title.words_for(owner.pk), created=at, updated=at,
        )  # fmt: skip
        self.conversations.append(conversation)
        self._choose_prompt(conversation, shelf, at)
        leaf: Message | None = None
        before: list[Message] = []
        for turn in range(1 + min(int(rng.expovariate(0.5)), 11)):
            question = self._question(conversation, leaf, self.words.question(topic, first=turn == 0), at)
            told = self._told(conversation, at)
            if rng.random() < told.luck.edit:
                self._signal(question, Signal.Kind.EDIT, at, None)
                question = self._question(conversation, leaf, self.words.question(topic, first=turn == 0), at)
            before.append(question)
            answer, at = self._answer(conversation, question, topic, before, at, Reply.Way.ASK, told)
            if rng.random() < told.luck.again:
                self._signal(answer, Signal.Kind.REGENERATE, at, self.replies[-1])
                answer, at = self._answer(conversation, question, topic, before, at, Reply.Way.RETRY, told)
            before.append(answer)
            leaf = answer
            at += datetime.timedelta(seconds=rng.uniform(20, 400))
        conversation.leaf = leaf
        conversation.updated = conversation.answered_at = conversation.read_at = at
        if rng.random() < 0.25:
            conversation.folder = rng.choice(shelf.folders)
        if rng.random() < 0.2:
            self.tagged += [(conversation, tag) for tag in rng.sample(shelf.tags, rng.choice((1, 1, 2)))]
        chance = rng.random()
        if chance < 0.03:
            conversation.archived_at = at
        elif chance < 0.04:
            conversation.pinned_at = at
        elif chance < 0.05:
            conversation.deleted_at = at

    def _choose_prompt(self, conversation: Conversation, shelf: _Shelf, at: datetime.datetime) -> None:
        """Some chats begin with a prompt, and follow what is in production."""
        rng, owner = self.story.rng, conversation.owner
        known = [one for one in self.story.prompts if one.may_be_chosen(at, owner, shelf.groups)]
        if not known or rng.random() >= WITH_PROMPT:
            return
        chosen = rng.choices(known, [one.page.weight for one in known])[0]
        conversation.prompt = chosen.prompt
        for variable in chosen.page.variables:
            if variable["type"] == "choice":
                conversation.prompt_values[variable["name"]] = rng.choice(variable["choices"])

    def _told(self, conversation: Conversation, at: datetime.datetime) -> _Told:
        """By the prompt of the chat, else by the team's."""
        used, origin = self.default, TEAM_PROMPT
        if conversation.prompt_id is not None:
            used = next(one for one in self.story.prompts if one.prompt.pk == conversation.prompt_id)
            origin = PROMPT
        elif used is None or used.default_from is None or at < used.default_from:
            return _Told()
        stands = used.at(at)
        if stands is None:
            return _Told()
        version, luck = stands
        text = used.text(version, conversation.prompt_values, conversation.owner)
        return _Told(luck, version, used.prompt, origin, text)

    def _question(
        self, conversation: Conversation, parent: Message | None, text: Said, at: datetime.datetime
    ) -> Message:
        message = Message(
            key=self.story.key(), conversation=conversation, parent=parent, role=Message.Role.USER, text=text.text,
            search_text=text.words_for(conversation.owner_id), ask=self.story.key(), created=at,
        )  # fmt: skip
        self.messages.append(message)
        return message

    def _answer(
        self, conversation: Conversation, question: Message, topic: str, before: list[Message],
        at: datetime.datetime, way: str, told: _Told,
    ) -> tuple[Message, datetime.datetime]:  # fmt: skip
        rng = self.story.rng
        text = self.words.answer(topic, question.text)
        chance = rng.random()
        state, reason, error = "complete", "stop", None
        if chance < 0.012:
            code = rng.choice(sorted(ERRORS))
            state, reason, error = "failed", "", {"code": code, "sentence": ERRORS[code]}
            text = said("")
        elif chance < 0.017 + told.luck.stop:
            state, reason = ("interrupted", "") if chance < 0.017 else ("stopped", "")
            text = said(text.text[: rng.randrange(20, max(21, len(text.text)))])
        elif chance < 0.017 + told.luck.stop + told.luck.cut:
            reason = "length"
            text = said(text.text[: len(text.text) * 2 // 3])
        reasoning = self.words.reasoning(topic) if text.text and rng.random() < 0.5 else ""
        found = said(f"{text.text}\n\n{reasoning}") if reasoning else text
        message = Message(
            key=self.story.key(), conversation=conversation, parent=question, role=Message.Role.ASSISTANT,
            text=text.text, reasoning=reasoning, search_text=found.words_for(conversation.owner_id), created=at,
        )  # fmt: skip
        self.messages.append(message)
        reply = self._reply(conversation, message, before, at, state, reason, error, way, told)
        self.replies.append(reply)
        assert reply.ended_at is not None
        if state == "stopped":
            self._signal(message, Signal.Kind.STOP, reply.ended_at, reply)
        elif state == "complete":
            self._react(message, reply, reply.ended_at, told.luck)
        return message, reply.ended_at

    def _reply(
        self, conversation: Conversation, message: Message, before: list[Message], at: datetime.datetime,
        state: str, reason: str, error: dict[str, str] | None, way: str, told: _Told,
    ) -> Reply:  # fmt: skip
        rng = self.story.rng
        completion = estimate_tokens(message.text) + estimate_tokens(message.reasoning)
        prompt = sum(estimate_tokens(m.text) for m in before[-12:]) + 80 + estimate_tokens(told.text)
        started = at + datetime.timedelta(seconds=rng.uniform(0.01, 0.2))
        first = started + datetime.timedelta(seconds=rng.lognormvariate(-0.6, 0.5))
        ended = first + datetime.timedelta(seconds=0.2 + completion / rng.uniform(60, 240))
        counted = state == "complete"
        settings: dict[str, Any] = BASE | {"reasoning.effort": rng.choice(("low", "medium", "medium", "high"))}
        origins = dict.fromkeys(settings, "team")
        if told.version is not None:
            settings |= told.version.settings
            origins |= dict.fromkeys((*told.version.settings, "system_prompt"), told.origin)
        body = self._body(before, settings, told.text) if self.receipts else None
        return Reply(
            key=self.story.key(), conversation=conversation, message=message, way=way, state=state, log_kept=False,
            owner=OWNER,
            finish_reason=reason, error=error, model=MODEL, path=PATH, attempts=1, settings=settings,
            origins=origins, system_prompt=told.text, prompt_named=told.named, prompt_version=told.version,
            prompt_tokens=prompt if counted else None, completion_tokens=completion if counted else None,
            cached_tokens=0 if counted else None, cost=dollars(prompt, completion) if counted else None,
            request_id=f"demo-{rng.getrandbits(64):016x}",
            created=at, started_at=started, ended_at=ended,
            first_token_at=first if message.text else None, first_text_at=first if message.text else None,
            **(body or {}),
        )  # fmt: skip

    def _body(self, before: list[Message], settings: Mapping[str, Any], system: str) -> dict[str, object]:
        """What receipt.py keeps of a request."""
        plain = {name: value for name, value in settings.items() if "." not in name}
        parameters = {"stream": True, **plain, "reasoning": {"effort": settings["reasoning.effort"]}}
        head = [{"role": "system", "content": system}] if system else []
        messages = head + [{"role": m.role, "content": m.text} for m in before]
        return {
            "sent": {
                "messages": head + [{"role": m.role, "ref": str(m.key), "chars": len(m.text)} for m in before],
                "parameters": parameters,
                "estimate": sum(estimate_tokens(m.text) + 4 for m in before),
            },
            "sent_hash": hash_of({"messages": messages, **parameters}),
        }

    def _react(self, message: Message, reply: Reply, at: datetime.datetime, luck: Luck) -> None:
        """A thumb, or a copy, soon after."""
        rng = self.story.rng
        later = at + datetime.timedelta(seconds=rng.uniform(3, 60))
        if rng.random() < luck.thumb:
            thumb = Rating.Thumb.UP if rng.random() < luck.up else Rating.Thumb.DOWN
            reasons = rng.sample(sorted(REASONS[thumb]), 1) if rng.random() < 0.5 else []
            comment = rng.choice(_COMMENTS[thumb]) if rng.random() < 0.2 else ""
            self.ratings.append(
                Rating(member=message.conversation.owner, message=message, thumb=thumb, reasons=reasons,
                       words=comment, created=later, updated=later)
            )  # fmt: skip
        if rng.random() < 0.12:
            self._signal(message, Signal.Kind.COPY, later, reply)

    def _signal(self, message: Message, kind: str, at: datetime.datetime, reply: Reply | None) -> None:
        self.signals.append(Signal(message=message, reply=reply, kind=kind, at=at))

    def store(self) -> None:
        """All rows in one transaction, with ids known before."""
        with transaction.atomic():
            for model, rows in (
                (Conversation, self.conversations),
                (Message, self.messages),
                (Reply, self.replies),
                (Rating, self.ratings),
                (Signal, self.signals),
            ):
                for row, pk in zip(rows, reserve(model, len(rows)), strict=True):  # type: ignore[arg-type]
                    row.pk = pk
            for conversation in self.conversations:
                conversation.leaf_id = conversation.leaf.pk if conversation.leaf else None
            for message in self.messages:
                message.conversation_id = message.conversation.pk
                message.parent_id = message.parent.pk if message.parent else None
            for reply in self.replies:
                reply.conversation_id, reply.message_id = reply.conversation.pk, reply.message.pk
            for rating in self.ratings:
                rating.message_id = rating.message.pk
            for signal in self.signals:
                signal.message_id = signal.message.pk
                signal.reply_id = signal.reply.pk if signal.reply else None
            insert(Conversation, self.conversations)
            insert(Message, self.messages)
            insert(Reply, self.replies)
            insert(Rating, self.ratings)
            insert(Signal, self.signals)
            through = Conversation.tags.through
            through.objects.bulk_create([through(conversation_id=c.pk, tag_id=tag.pk) for c, tag in self.tagged])
