"""The words of the stand-in: useful-looking answers without a model.

topic.py    what a question is about
talk.py     greetings, sums, memory of the conversation, titles: answers that fit the question exactly
product.py  answers about this product from its own documents
prose.py    paragraphs, lists, tables, plans: answers of any length about anything
code.py     programs          maths.py  formulas
thought.py  the reasoning before the answer
"""

from __future__ import annotations

import orjson

from ..ask import Ask
from ..instances import instance
from ..pen import Pen
from . import code, maths, product, prose, talk, thought
from .topic import of

NOTE = "*— stand-in model, not gpt-oss-20b*"


def answer(ask: Ask, question: str, pen: Pen) -> str:
    """The answer's text; JSON alone where a JSON format was asked, a bare title or summary where asked for one."""
    if ask.wants is not None:
        schema = ask.wants["schema"] or {"type": "object", "properties": {"answer": {"type": "string"}}}
        return orjson.dumps(instance(schema, question, pen)).decode()
    if talk.wants_title(ask):
        return talk.title(ask)
    if talk.wants_summary(ask):
        return talk.summary(ask)
    if ask.tool_results:
        return f"{talk.from_tools(ask)}\n\n{NOTE}"
    exact = talk.reply(ask, question, pen) or product.reply(question)
    return f"{exact or _about(question, pen)}\n\n{NOTE}"


def _about(question: str, pen: Pen) -> str:
    """An answer of the kind asked for: a program, a formula, a table, steps; otherwise a mixture."""
    topic = of(question)
    for room in (code, maths):
        found = room.reply(question, topic, pen)
        if found:
            return found
    return prose.reply(question, topic, pen)


def longer(question: str, pen: Pen) -> str:
    """One more section about the question, of a kind that varies whatever the temperature."""
    topic = of(question)
    kind = pen.rng.randrange(6)
    if kind == 0:
        return code.section(topic, pen)
    if kind == 1:
        return maths.section(pen)
    return prose.section(topic, pen)


__all__ = ["answer", "longer", "talk", "thought"]
