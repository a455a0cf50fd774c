"""CSV, a row per answer of all branches. Whatever a member or the model wrote, no cell is a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from chatapp.conversations.models import Message

from ..pseudonyms import pseudonym
from .chats import Chat

COLUMNS = (
    "conversation", "member", "answer", "asked", "question", "reply", "corrected", "state", "finish_reason",
    "error", "model", "effort", "prompt_tokens", "completion_tokens", "cost", "first_token_seconds", "thumb",
    "scores", "worth", "labels",
)  # fmt: skip
# What makes a spreadsheet compute, also behind blanks and as the wide signs of Asian keyboards.
_BEGINS_FORMULA = "=+-@\t\r\n＝＋－＠|"
LONGEST = 32_000  # characters; spreadsheets cut a cell at 32,767


def rows(chat: Chat, reviewer_id: int) -> Iterator[Sequence[Any]]:
    who = pseudonym(reviewer_id, chat.conversation.owner_id)
    for answer in chat.answers():
        run = chat.runs.get(answer.pk)
        question = _question(chat, answer)
        waited = None
        if run and run.started_at and run.first_token_at:
            waited = round((run.first_token_at - run.started_at).total_seconds(), 3)
        scores = [mark.option.name for mark in chat.scores.get(answer.pk, ()) if mark.option]
        worth = chat.worth(answer)
        yield (
            str(chat.conversation.key),
            who,
            str(answer.key),
            answer.created.isoformat(timespec="seconds"),
            question.text if question else "",
            answer.text,
            chat.corrections.get(answer.pk, ""),
            run.state if run else "",
            run.finish_reason if run else "",
            (run.error or {}).get("code", "") if run else "",
            run.model if run else "",
            str(run.settings.get("reasoning.effort", "")) if run else "",
            run.prompt_tokens if run else None,
            run.completion_tokens if run else None,
            run.cost if run else None,
            waited,
            chat.thumbs.get(answer.pk, ""),
            "; ".join(scores),
            worth,
            "; ".join(chat.labels),
        )


def line(cells: Sequence[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue().encode()


def safe(cell: Any) -> Any:
    """Numbers as they are; a text that a spreadsheet would compute begins with an apostrophe."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    text = cell[:LONGEST].replace("\x00", "\ufffd")
    begins = text.lstrip(" \u00a0\u3000\ufeff'\"")[:1] or text[:1]
    return f"'{text}" if (begins and begins in _BEGINS_FORMULA) or text[:1] in ("\t", "\r", "\n") else text


def _question(chat: Chat, answer: Message) -> Message | None:
    above = chat.bones.parents[answer.pk]
    return chat.messages.get(above) if above is not None else None
