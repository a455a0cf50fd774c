"""Which summary stands for the earlier part of a branch, and how it is told to the model."""

from collections.abc import Sequence

from chatapp import rows

from ..models import Conversation, Summary

# Said to the model before the summary's text; the receipt has both, word for word.
HEAD = "What follows is a summary of the earlier part of our conversation:"


def standing(conversation: Conversation, path: Sequence[int]) -> Summary | None:
    """The newest summary whose messages are the beginning of `path` (ids, root first); None if there is none.

    On another branch, or when the last of its messages was deleted, a summary does not stand.
    """
    written = rows.every(
        Summary,
        "WHERE conversation_id = %s AND removed_at IS NULL AND text <> '' ORDER BY id DESC",
        [conversation.pk],
    )
    on_path = set(path)
    return next((one for one in written if one.upto_id in on_path), None)


def told(summary: Summary) -> dict[str, str]:
    """The message that carries it."""
    return {"role": "user", "content": f"{HEAD}\n\n{summary.text}"}
