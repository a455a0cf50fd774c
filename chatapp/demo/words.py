"""What people ask and what is answered: many different texts, made once and used again with small changes."""

import random
from dataclasses import dataclass

from chatapp.conversations.finding.fold import fold
from chatapp.conversations.finding.index import HAS_CODE, owned_by
from chatapp.standin.pen import Pen
from chatapp.standin.writing import code, maths, prose

TOPICS = (
    "refund policy", "data retention", "onboarding of new customers", "password resets", "quarterly report",
    "PostgreSQL indexes", "Redis pub/sub", "Django migrations", "WebSocket backpressure", "CSV imports",
    "contract renewal", "supplier risk", "leap years", "working time rules", "travel expenses",
    "release notes", "incident review", "customer interviews", "pricing tiers", "churn analysis",
    "accessibility audit", "dark mode", "keyboard shortcuts", "translation workflow", "search ranking",
    "load testing", "backup rotation", "log retention", "feature flags", "API versioning",
    "sales pipeline", "tender documents", "warranty terms", "privacy notice", "cookie banner",
    "team offsite", "hiring plan", "interview questions", "performance reviews", "meeting minutes",
)  # fmt: skip
OPENINGS = (
    "Explain {t} to a new colleague in five sentences.",
    "What are the usual mistakes with {t}, and how do we avoid them?",
    "Write a short plan for {t} with steps and owners.",
    "Compare two ways to handle {t} in a table.",
    "Draft an e-mail to a customer about {t}. Friendly, at most 120 words.",
    "Give me a checklist for {t}.",
    "Write a Python function that helps with {t}.",
    "Summarise what we know about {t} so far and what is missing.",
)
FOLLOW_UPS = (
    "Shorter, please. Three bullet points on {t}.",
    "Can you give an example for {t} from daily work?",
    "What would a critic say about this view of {t}?",
    "Turn that into a table about {t}.",
    "And what does {t} cost us if it goes wrong?",
    "Which sources should I check about {t} before I send this?",
    "Now the same for a reader who knows {t} well.",
)
_KINDS = ("overview", "plan", "draft", "checklist", "questions", "comparison")


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and its words as search compares them, without whose they are."""

    text: str
    folded: str
    has_code: bool

    def words_for(self, owner_id: int) -> str:
        marks = [owned_by(owner_id), HAS_CODE] if self.has_code else [owned_by(owner_id)]
        return " ".join([*marks, self.folded]).rstrip()


def said(text: str) -> Said:
    return Said(text, fold(text), "```" in text)


class Words:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._answers: dict[tuple[str, int], Said] = {}

    def topic(self) -> str:
        return self._rng.choice(TOPICS)

    def title(self, topic: str) -> str:
        return f"{topic[:1].upper()}{topic[1:]}: {self._rng.choice(_KINDS)}"

    def question(self, topic: str, first: bool) -> Said:
        text = self._rng.choice(OPENINGS if first else FOLLOW_UPS).format(t=topic)
        if self._rng.random() < 0.2:
            text += f" It is for case {self._rng.randrange(10_000, 99_999)}."
        return said(text)

    def answer(self, topic: str, question: str) -> Said:
        """One of some twenty answers on the topic."""
        key = (topic, self._rng.randrange(20))
        if key not in self._answers:
            pen = Pen(random.Random(f"{key}"), 1.0)  # noqa: S311
            made = code.reply(question, topic, pen) or maths.reply(question, topic, pen)
            self._answers[key] = said(made or prose.reply(question, topic, pen))
        return self._answers[key]

    def reasoning(self, topic: str) -> str:
        return f"The user asks about {topic}. A short definition first, then what to do. Keep it practical."
