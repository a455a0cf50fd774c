"""The reasoning before the answer: more of it the higher the effort."""

from __future__ import annotations

from itertools import cycle

from ..ask import Ask
from ..pen import Pen
from .topic import of

SENTENCES = {"low": 1, "medium": 4, "high": 14}

_OPENINGS = (
    "The user asks about {t}.",
    "We need to answer a question about {t}.",
    "Let me think about {t}.",
    "So the question is about {t}.",
)
_STEPS = (
    "First, what exactly is wanted: an explanation, an example, or a decision?",
    "A short definition at the start will help the reader.",
    "The usual mistake here is to mix up the general case with the example.",
    "I should check the edge cases: nothing at all, one, and very many.",
    "A table may be clearer than a paragraph if there are several things to compare.",
    "It is worth saying what does not hold, not only what does.",
    "Let me compare two ways to say it: from the example to the rule, or from the rule to the example.",
    "The example should be small enough to check by hand.",
    "If there is code, it must run as it stands.",
    "If there is a formula, its symbols must be named.",
    "The answer should not be longer than it needs to be.",
    "What would the reader ask next? Probably how to try it themselves.",
    "I could be wrong about the details, so I should stay with what is certain.",
    "The order matters: the most useful thing first.",
    "Let me go through it once more from the beginning.",
    "That seems consistent with what was said earlier in the conversation.",
)


def reasoning(ask: Ask, question: str, pen: Pen, least: int = 0) -> str:
    """Sentences of reasoning for the ask's effort; ``least``: at least so many words, for exact lengths."""
    said = [pen.pick(_OPENINGS).format(t=of(question))]
    if ask.instructions and ask.effort != "low":
        said.append(f'My instructions say: "{" ".join(ask.instructions.split())[:80]}".')
    if ask.tool_results:
        said.append("The tool has answered; now I tell the result.")
    elif ask.tools:
        said.append(f"There are {len(ask.tools)} tools I may use.")
    count = SENTENCES.get(ask.effort, SENTENCES["medium"])
    said += pen.some(_STEPS, count)
    more = cycle(_STEPS)
    length = sum(len(s.split()) for s in said)
    while length < least:
        said.append(next(more))
        length += len(said[-1].split())
    return " ".join(said)
