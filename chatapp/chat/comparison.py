"""Two branches beside each other, put into words: their messages, and what was sent for the last answers."""

import itertools
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.accounts.templatetags.by_language import dollars
from chatapp.accounts.written import grouped
from chatapp.conversations.branches.compare import Marker, Piece, Setting, part, settings_that_differ
from chatapp.conversations.models import Conversation, Message

from .receipt import receipt_of

# Of a receipt's figures: (key, words, unit).
FIGURES = (
    ("state", gettext_lazy("State"), ""),
    ("finish_reason", gettext_lazy("Finish reason"), ""),
    ("first_token_seconds", gettext_lazy("Time to first token"), "s"),
    ("tokens_per_second", gettext_lazy("Tokens per second"), ""),
    ("cost", gettext_lazy("Cost"), "$"),
)


@dataclass(frozen=True, slots=True)
class Side:
    message: Message
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at the same place of both branches; None where one of them has ended."""

    left: Side | None
    right: Side | None


def comparison(conversation: Conversation, left: Message, right: Message) -> dict[str, Any]:
    """What templates/chat/compare.html shows of the branches that end at `left` and at `right`."""
    parted = part(conversation, left, right)
    marker = Marker()
    rows = [_row(marker, *pair) for pair in itertools.zip_longest(parted.left, parted.right)]
    return {"shared": parted.shared, "parting": parted.parting, "rows": rows} | _receipts(marker, left, right)


def _row(marker: Marker, left: Message | None, right: Message | None) -> Row:
    if left is None or right is None or left.role != right.role:
        return Row(_alone(left), _alone(right))
    gone, new = marker.differences(left.text, right.text)
    return Row(Side(left, gone), Side(right, new))


def _alone(message: Message | None) -> Side | None:
    return Side(message, [Piece("same", message.text)]) if message else None


def _receipts(marker: Marker, left: Message, right: Message) -> dict[str, Any]:
    """What was sent for two answers, as far as it differs; {} unless both have a receipt that is known."""
    receipts = [receipt_of(left), receipt_of(right)]
    if not all(receipt.get("parameters") for receipt in receipts):
        return {}
    settings = [{item["name"]: item["value"] for item in receipt["parameters"]} for receipt in receipts]
    prompts = [receipt["prompt_text"] for receipt in receipts]
    return {
        "has_receipts": True,
        "settings": settings_that_differ(*settings),
        "prompt": marker.differences(*prompts) if prompts[0] != prompts[1] else None,
        "sent": _sent(*[receipt["messages"] for receipt in receipts]),
        "figures": _figures(*receipts),
    }


def _sent(left: list[dict[str, str]], right: list[dict[str, str]]) -> dict[str, Any]:
    """How many messages went out, how many of them were the same from the beginning on, and the rest."""
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
    return {"same": same, "left": left[same:], "right": right[same:]}


def _figures(left: dict[str, Any], right: dict[str, Any]) -> list[Setting]:
    sides = left, right
    found = [Setting(str(words), *[_words(side.get(key), unit) for side in sides]) for key, words, unit in FIGURES]
    for key, words in (("prompt_tokens", _("Tokens in")), ("completion_tokens", _("Tokens out"))):
        found.append(Setting(words, *[_words((side.get("usage") or {}).get(key), "") for side in sides]))
    return [figure for figure in found if figure.left or figure.right]


def _words(value: Any, unit: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return (
            dollars(value, 6) if unit == "$" else f"{number_format(value, 2, force_grouping=True)} {unit}".strip()
        )
    return grouped(value) if isinstance(value, int) else str(value)
