"""Markdown: the branch shown, to read and to paste elsewhere. The words are the stored ones, untouched."""

import datetime

from django.utils.translation import gettext as _

from chatapp.conversations.models import Conversation

from .shown import Shown, turns


def document(conversation: Conversation) -> str:
    parts = [f"# {' '.join(conversation.title.split()) or _('New chat')}", *map(_turn, turns(conversation))]
    return "\n\n".join(parts) + "\n"


def _turn(turn: Shown) -> str:
    parts = [f"## {turn.who}, {_moment(turn.created)}"]
    if turn.reasoning.strip():
        quoted = "\n".join(f"> {line}".rstrip() for line in turn.reasoning.strip().splitlines())
        parts.append(f"> **{_('Reasoning')}**\n>\n{quoted}")
    if turn.text.strip():
        parts.append(turn.text.strip("\n"))
    if turn.note:
        parts.append(f"*{turn.note}*")
    return "\n\n".join(parts)


def _moment(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"
