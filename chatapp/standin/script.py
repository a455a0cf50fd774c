"""What will be said to an ask: the same ask with the same seed is told the same."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from . import calls, refusals, tokens, writing
from .ask import Ask
from .calls import Call
from .directives import Directives, strip
from .pen import Pen

NEURONS_PER_INPUT = 0.018182
NEURONS_PER_OUTPUT = 0.027273
"""Per token; the catalogue's price page gives them per million."""


class Tokens(Protocol):
    """A list of tokens, or ``tokens.Stamps``, which makes them when they are taken."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Script:
    """One answer. ``finish`` is what the model says at the end; None: it says nothing."""

    reasoning: Sequence[str]
    text: Tokens
    calls: Sequence[Call]
    finish: str | None
    prompt_tokens: int
    cached_tokens: int = 0

    @property
    def completion_tokens(self) -> int:
        return len(self.reasoning) + len(self.text) + sum(len(call.pieces) for call in self.calls)

    @property
    def neurons(self) -> float:
        return round(self.prompt_tokens * NEURONS_PER_INPUT + self.completion_tokens * NEURONS_PER_OUTPUT, 6)

    def usage(self) -> dict[str, Any]:
        """As the wire says it, in its order of keys."""
        completion, prompt = self.completion_tokens, self.prompt_tokens
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }


def _pen(ask: Ask, directives: Directives) -> Pen:
    """The hand that writes: a seed fixes it, temperature widens its choice, top_k 1 narrows it to one."""
    variety = 0.0 if ask.narrow else min(1.0, ask.temperature)
    seed = directives.seed if directives.seed is not None else ask.seed
    conversation = "\x00".join(f"{m['role']}\x01{m['content']}" for m in ask.messages)
    if seed is None and variety > 0:
        material = os.urandom(16)
    else:
        material = hashlib.blake2b(f"{seed}\x00{variety}\x00{conversation}".encode(), digest_size=16).digest()
    return Pen(random.Random(material), variety)  # noqa: S311 - words, not secrets


def _text(ask: Ask, directives: Directives, pen: Pen) -> Tokens:
    if directives.stamp:
        return tokens.Stamps(directives.tokens if directives.tokens is not None else 200)
    question = strip(ask.question)
    if directives.text is not None:
        pieces = tokens.split(directives.text)
        if directives.tokens is not None and pieces:
            pieces = (pieces * (directives.tokens // len(pieces) + 1))[: directives.tokens]
        return pieces
    pieces = tokens.split(writing.answer(ask, question, pen))
    if directives.tokens is None:
        return pieces
    while len(pieces) < directives.tokens:
        pieces += tokens.split("\n\n" + writing.longer(question, pen))
    return pieces[: directives.tokens]


def _reasoning(ask: Ask, directives: Directives, pen: Pen) -> list[str]:
    """The reasoning's tokens; ``reasoning=n`` repeats or cuts it to its length."""
    least = directives.reasoning or 0
    said = directives.think
    if said is None:
        # These need no thought, and the app's budget for them is small.
        if least == 0 and (writing.talk.wants_title(ask) or writing.talk.wants_summary(ask)):
            return []
        said = writing.thought.reasoning(ask, strip(ask.question), pen, least)
    pieces = tokens.split(said)
    return pieces if directives.reasoning is None else pieces[: directives.reasoning]


def _cut(script: Script, room: int, forced: bool) -> Script:
    """The script within ``room`` tokens: reasoning counts, and what does not fit is not said."""
    if script.completion_tokens <= room:
        return script
    reasoning = script.reasoning[:room]
    room -= len(reasoning)
    text = script.text
    kept: Tokens = tokens.Stamps(min(room, len(text))) if isinstance(text, tokens.Stamps) else list(text)[:room]
    room -= len(kept)
    fitting = []
    for call in script.calls:
        room -= len(call.pieces)
        if room < 0:
            break
        fitting.append(call)
    if forced and not fitting:
        raise refusals.tool_call_cut()
    finish = None if script.finish is None else "length"
    return Script(reasoning, kept, fitting, finish, script.prompt_tokens, script.cached_tokens)


def write(ask: Ask, directives: Directives) -> Script:
    """The script of an ask. Raises Refusal when a forced tool call does not fit into max_tokens (8006)."""
    pen = _pen(ask, directives)
    reasoning = _reasoning(ask, directives, pen)
    made = calls.choose(ask, directives, pen)
    if made:
        text: Tokens = []
        finish: str | None = "tool_calls"
    else:
        text = _text(ask, directives, pen)
        finish = "stop"
    if directives.finish is not None:
        finish = None if directives.finish == "none" else directives.finish
    whole = Script(reasoning, text, made, finish, ask.prompt_tokens, min(directives.cached, ask.prompt_tokens))
    return _cut(whole, ask.max_tokens, forced=bool(made) and (ask.tool_choice or "").startswith("="))
