"""Estimates of tokens, for budgets before the model has counted. Only `Usage` is the truth."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Role, separators and channel tags around each message of the chat template.
TOKENS_PER_MESSAGE = 4


def estimate_tokens(text: str | Iterable[Mapping[str, Any]]) -> int:
    """Tokens in a text, or in a list of messages.

    ASCII characters ÷ 4 + other characters × 0.75. Against the real tokenizer this gave 0.85 of the truth for
    English Markdown, 1.3 for Python, German, Chinese and Japanese, 0.55 for JSON and 3.2 for Russian: keep a
    reserve of 15 to 20 % where too little would be an error.
    """
    if isinstance(text, str):
        other = 0 if text.isascii() else len(_NOT_ASCII.findall(text))  # most are ASCII, at no cost
        return round((len(text) - other) / 4 + other * 0.75 + 0.49) if text else 0
    return sum(TOKENS_PER_MESSAGE + estimate_tokens(_text_of(message)) for message in text)


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    calls = message.get("tool_calls")
    return f"{content or ''}{message.get('reasoning') or ''}{calls or ''}"
