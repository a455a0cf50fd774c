"""Paragraphs, lists, tables and plans about anything, in Markdown."""

from __future__ import annotations

import re

from ..pen import Pen
from . import code, maths
from .topic import COMPARE, capital

_STEPS = re.compile(r"\b(how (do|can|to)|steps?|plan|guide|checklist|tutorial|recipe|list|ideas?|tips?)\b", re.I)
_SHORT = re.compile(r"\b(one|a single|1) (sentence|word|line)\b|\bbriefly\b|\bin short\b", re.I)
_EVERYTHING = re.compile(r"\b(markdown|everything you can|demo|formatting|show off)\b", re.I)
_TWO = re.compile(
    r"([\w#+.-]+(?: [\w#+.-]+)?)\s+(?:and|or|vs\.?|versus|with|to)\s+([\w#+.-]+(?: [\w#+.-]+)?)", re.I
)
_LEADING = re.compile(r"^(compare|between|difference|differences|the|a|an|of)\s+", re.I)

_DEFINITIONS = (
    "**{T}** is best understood by what it changes: without it, the same work has to be done by hand.",
    "In short, **{t}** is about keeping what belongs together in one place, and the rest out of it.",
    "Think of **{t}** as an agreement between two sides: each may rely on the other's half.",
    "At its heart, **{t}** answers one question: what has to be true before the next step may begin?",
)
_PARAGRAPHS = (
    "The simple case is quickly told. There is one source, one reader, and nothing happens in between. Most "
    "of what "
    "is written about {t} is about the other cases, where several things happen at once and their order is "
    "not given.",
    "It helps to look at what goes wrong first. A step is repeated, a step is left out, or two steps change "
    "places. "
    "A good treatment of {t} makes the first harmless, the second visible and the third impossible.",
    "There is a cost, of course: someone has to keep the books. Whether {t} is worth it depends on how "
    "often the "
    "unusual happens, and on how much a mistake costs when it does.",
    "People who work with {t} every day tend to agree on one thing: measure before you change anything. A "
    "number "
    "from yesterday is worth more than an opinion from today.",
    "Historically, {t} grew out of practice rather than theory. The names came later, and some of them — "
    "*naïve*, "
    "*fiancé*, *Größe* — travelled further than the ideas behind them.",
    "A useful test is to explain {t} to someone who has never heard of it. If the explanation needs more "
    "than three "
    "new words, it is probably an explanation of something else.",
    "One more thing is easily overlooked: {t} has an end as well as a beginning. Plan how to leave it "
    "before you "
    "start, and the start will be simpler too.",
)
_POINTS = (
    "**Start small.** One example that works says more than ten that might.",
    "**Name things** after what they are, not after where they came from.",
    "**Write down** what you decided and why; in a month it is news to you.",
    "**Check the edges**: none, one, and too many.",
    "**Ask** the people who will use it, before and after.",
    "**Leave room**: the next change is the one nobody thought of.",
    "**Stop early** when the numbers say so.",
)
_STEPS_TEXT = (
    "Say in one sentence what you want to have at the end.",
    "Collect what you already know about {t}, and what you only assume.",
    "Try the smallest thing that could work.",
    "Look at the result together with someone else.",
    "Change one thing, and keep a note of what changed.",
    "Repeat until the sentence from step 1 is true.",
)
_ASPECTS = (
    ("Effort to begin", "low", "higher"),
    ("Speed", "even", "faster once it runs"),
    ("Cost over a year", "grows with use", "mostly fixed"),
    ("When it fails", "visible at once", "may go unnoticed"),
    ("Known to most people", "yes", "less so"),
    ("Easy to undo", "✓", "✗"),
)
_QUOTES = (
    "Everything should be made as simple as possible, but not simpler.",
    "Premature optimization is the root of all evil.",
    "The map is not the territory.",
)
_HEADINGS = (
    "What it is",
    "Why it matters",
    "In practice",
    "What to watch for",
    "A closer look",
    "Background",
)


def _paragraph(topic: str, pen: Pen) -> str:
    return pen.pick(_PARAGRAPHS).format(t=topic)


def _list(pen: Pen, count: int = 4) -> str:
    return "\n".join(f"- {point}" for point in pen.some(_POINTS, count))


def _steps(topic: str) -> str:
    return "\n".join(f"{n}. {step.format(t=topic)}" for n, step in enumerate(_STEPS_TEXT, 1))


def _sides(question: str, topic: str) -> tuple[str, str]:
    match = _TWO.search(question)
    if match is None:
        return capital(topic), "The alternative"
    left, right = match[1], match[2]
    while _LEADING.match(left):
        left = _LEADING.sub("", left)
    return capital(left.strip()), capital(_LEADING.sub("", right).strip(" .?!"))


def _table(question: str, topic: str, pen: Pen) -> str:
    left, right = _sides(question, topic)
    rows = "\n".join(f"| {a} | {b} | {c} |" for a, b, c in pen.some(_ASPECTS, 4))
    return f"| | {left} | {right} |\n|---|:--|:--|\n{rows}"


def reply(question: str, topic: str, pen: Pen) -> str:
    """An answer in the shape the question suggests."""
    title = capital(topic)
    definition = pen.pick(_DEFINITIONS).format(t=topic, T=title)
    if _SHORT.search(question):
        return definition
    if _EVERYTHING.search(question):
        return everything(topic, pen)
    if COMPARE.search(question):
        left, right = _sides(question, topic)
        return (
            f"## {left} and {right}\n\n{_paragraph(topic, pen)}\n\n{_table(question, topic, pen)}\n\n"
            f"**In short:** begin with {left}; change to {right} when the numbers ask for it."
        )
    if _STEPS.search(question):
        return (
            f"## {title}, step by step\n\n{definition}\n\n{_steps(topic)}\n\n### Good to know\n\n{_list(pen, 3)}"
        )
    first, second = pen.some(_HEADINGS, 2)
    middle = pen.pick([_list(pen), f"> {pen.pick(_QUOTES)}", _table("", topic, pen)])
    return (
        f"## {title}\n\n{definition}\n\n### {first}\n\n{_paragraph(topic, pen)}\n\n{middle}\n\n"
        f"### {second}\n\n{_paragraph(topic, pen)}"
    )


def everything(topic: str, pen: Pen) -> str:
    """One of each: headings, emphasis, lists, a table, code, maths, a quotation, a rule."""
    return (
        f"# {capital(topic)}\n\nPlain, *emphasised*, **strong**, ~~struck out~~, `code` and "
        "[a link](https://example.org/).\n\n"
        f"## Lists\n\n{_list(pen)}\n  - one level down\n    - and another\n\n{_steps(topic)}\n\n"
        "## A table\n\n"
        f"{_table('', topic, pen)}\n\n{code.section(topic, pen)}\n\n{maths.section(pen)}\n\n"
        f"## A quotation\n\n> {pen.pick(_QUOTES)}\n>\n> > And one inside it.\n\n---\n\n"
        "Other scripts: 日本語、العربية, עברית, Ελληνικά, 🙂."
    )


def section(topic: str, pen: Pen) -> str:
    """One more section, its kind drawn freely: long texts must not repeat themselves at temperature 0."""
    heading = pen.rng.choice(_HEADINGS)
    paragraph = pen.rng.choice(_PARAGRAPHS).format(t=topic)
    extra = pen.rng.choice(["", _list(pen), _steps(topic), _table("", topic, pen), f"> {pen.rng.choice(_QUOTES)}"])
    return f"### {heading}\n\n{paragraph}" + (f"\n\n{extra}" if extra else "")
