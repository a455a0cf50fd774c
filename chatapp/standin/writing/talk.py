"""Answers that fit the question exactly: greetings, sums, what was said before, titles, results of tools."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import orjson

from ..ask import Ask
from ..directives import strip
from ..pen import Pen
from .topic import capital, words

TITLE_REQUEST = "title for this conversation"
_TITLE_WORDS = 6
SUMMARY_REQUEST = "condense this conversation"
SUMMARY_SO_FAR = "The summary so far, to be worked in:"
_SPEAKER = re.compile(r"(?:^|\n\n)(User|Assistant):\n")
_SUMMARY_LINES = 30
_SUMMARY_WORDS = 12

_GREETING = re.compile(r"\W*(hi|hello|hey|good (morning|evening|afternoon)|hallo|salut|hola)\b[^?]{0,40}\W*", re.I)
_THANKS = re.compile(r"\W*(thanks|thank you|cheers|great, thanks|merci|danke)\b.{0,40}", re.I | re.S)
_WHO = re.compile(r"\b(who|what) are you\b|\bwhat can you do\b|\bare you (real|gpt|an? (ai|model))", re.I)
_INSTRUCTIONS = re.compile(r"\b(system prompt|your instructions)\b", re.I)
_EARLIER = re.compile(r"\b(first|previous|last|earlier)\b.{0,20}\b(question|message|said|say|asked|ask)\b", re.I)
_NAME_GIVEN = re.compile(r"\b[Mm]y name is ([A-Z][\w'’-]*)")
_NAME_ASKED = re.compile(r"\bwhat(?:'s| is) my name\b", re.I)
_SUM = re.compile(r"[\d(][\d\s.,()+*/×÷^%-]*[\d)]")
_REPEAT = re.compile(r"^\W*(?:repeat|echo|say)(?: after me)?(?: exactly)?\s*[:\-]\s*(.+)", re.I | re.S)


def wants_title(ask: Ask) -> bool:
    return TITLE_REQUEST in ask.instructions.lower()


def title(ask: Ask) -> str:
    """A title from the words of the first question that say something."""
    asked = (strip(m["content"]) for m in ask.messages if m["role"] == "user")
    question = next((text for text in asked if text and TITLE_REQUEST not in text.lower()), "")
    first = question.splitlines()[0] if question else ""
    chosen = words(first)[:_TITLE_WORDS] or first.split()[:_TITLE_WORDS]
    return capital(" ".join(chosen).strip(" .,:;!?*#`\"'"))[:60] or "New conversation"


def wants_summary(ask: Ask) -> bool:
    return SUMMARY_REQUEST in ask.instructions.lower()


def summary(ask: Ask) -> str:
    """The summary so far, and of all that was said the first words."""
    head, *spoken = _SPEAKER.split(ask.question)
    lines = [line for line in head.removeprefix(SUMMARY_SO_FAR).splitlines() if line.strip()]
    for who, said in zip(spoken[::2], spoken[1::2], strict=True):
        first = " ".join(strip(said[:400]).split()[:_SUMMARY_WORDS])
        if first:
            lines.append(f"- The {who.lower()} {'asked' if who == 'User' else 'answered'}: {first}")
    return "\n".join(lines[:_SUMMARY_LINES]) or "- Nothing was said yet."


def reply(ask: Ask, question: str, pen: Pen) -> str | None:
    """An answer to one of the questions above, or None."""
    checks: tuple[Callable[[Ask, str, Pen], str | None], ...] = (_repeat, _small, _memory, _sum)
    return next((found for check in checks if (found := check(ask, question, pen))), None)


def _repeat(ask: Ask, question: str, pen: Pen) -> str | None:
    match = _REPEAT.match(question)
    return match[1].strip() if match else None


def _small(ask: Ask, question: str, pen: Pen) -> str | None:
    if not question:
        return "There was no text in your message. Ask me anything."
    if _GREETING.fullmatch(question):
        hello = pen.pick(["Hello!", "Hi there!", "Good to see you!", "Welcome!"])
        return (
            f"{hello} I am a stand-in that answers while no model is connected. Try one of these:\n\n"
            "- *Compare* two things, and I write a table\n"
            "- Ask for a *Python function* or an *SQL query*\n"
            "- Ask for the *quadratic formula*\n"
            "- Ask *how to connect this chat to Cloudflare*"
        )
    if _THANKS.fullmatch(question):
        return pen.pick(["You're welcome!", "Glad to help.", "Any time."])
    if _WHO.search(question):
        return (
            "I am the **stand-in**: a small program on this machine that speaks the same language over the "
            "wire as "
            "gpt-oss-20b on Cloudflare Workers AI, so that everything here can be tried without an account. "
            "My "
            "answers look real but are put together from building blocks.\n\n"
            "To talk to the model itself, set `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_AUTH_TOKEN` and start "
            "again."
        )
    return None


def _memory(ask: Ask, question: str, pen: Pen) -> str | None:
    if _INSTRUCTIONS.search(question):
        if not ask.instructions:
            return "I was given no instructions for this conversation."
        quoted = "\n".join(f"> {line}" for line in ask.instructions.splitlines())
        return f"These are the instructions I was given:\n\n{quoted}"
    earlier = [strip(m["content"]) for m in ask.messages if m["role"] == "user"][:-1]
    if _NAME_ASKED.search(question):
        names = [found for text in earlier for found in _NAME_GIVEN.findall(text)]
        return f"Your name is {names[-1]}." if names else "You have not told me your name yet."
    if _NAME_GIVEN.search(question) and len(question) < 80:
        return f"Nice to meet you, {_NAME_GIVEN.findall(question)[-1]}."
    match = _EARLIER.search(question)
    if match and "?" in question:
        if not earlier:
            return "This is the first message of our conversation."
        found = earlier[0] if match[1].lower() == "first" else earlier[-1]
        return "You wrote:\n\n" + "\n".join(f"> {line}" for line in found[:1000].splitlines())
    return None


_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _value(node: ast.AST) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and (abs(right) > 20 or abs(left) > 1e6):
            raise ValueError("too large")
        return _OPERATORS[type(node.op)](left, right)
    raise ValueError("not a sum")


def _sum(ask: Ask, question: str, pen: Pen) -> str | None:
    """The value of a sum in the question, when it is what is asked."""
    if not re.match(r"\W*(what(?:'s| is)|calculate|compute|how much is|[\d(])", question, re.I):
        return None
    written = next((found for found in _SUM.findall(question) if re.search(r"[-+*/×÷^%]", found)), None)
    if written is None or len(written) > 100:
        return None
    plain = written.replace("×", "*").replace("÷", "/").replace("^", "**").replace(",", "")
    try:
        value = _value(ast.parse(plain.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        return None
    shown = f"{value:g}" if isinstance(value, float) and value != int(value) else str(int(value))
    tex = written.strip().replace("*", r" \times ").replace("/", r" \div ").replace("%", r" \bmod ")
    return f"\\( {tex} = {shown} \\)\n\nSo the result is **{shown}**."


def from_tools(ask: Ask) -> str:
    """What the tools said, told to the reader."""
    names = {}
    for message in ask.turn:
        for call in message.get("tool_calls") or []:
            names[call.get("id")] = call.get("function", call).get("name")
    told = []
    for result in ask.tool_results:
        name = names.get(result.get("tool_call_id")) or result.get("name") or "tool"
        told.append(f"**{name}** says:\n\n{_shown(result['content'])}")
    return "\n\n".join(told)


def _shown(content: str) -> str:
    """A result as a list of its values where it is a flat object, otherwise word for word."""
    try:
        value = orjson.loads(content)
    except ValueError:
        value = None
    if isinstance(value, dict) and value and not any(isinstance(v, (dict, list)) for v in value.values()):
        return "\n".join(f"- {name}: {item}" for name, item in value.items())
    if len(content) < 200 and "\n" not in content:
        return f"> {content}"
    return f"```\n{content[:4000]}\n```"
