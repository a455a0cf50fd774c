"""From a file to its Chats, one at a time: what both the dry run and the import go through."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from chatapp.workersai.words import translatable

from . import from_chatapp, from_chatgpt
from .chat import Chat, Unfit
from .opened import Opened, Unreadable, opened, place_of
from .report import Report
from .splitter import Broken, Piece

MOST_CONVERSATIONS = 200_000
TITLE = 60

Progress = Callable[[int, int], None]  # bytes read, bytes in all

TOO_MANY = translatable("The file holds more than %(most)s conversations.")


def chats(path: Path, report: Report, progress: Progress) -> Iterator[Chat]:
    """The conversations of the file that can be taken; the others stand in the report.

    `progress` is called for every conversation, and within long ones; it may raise to end it. Raises Unreadable.
    """
    seen: set[str] = set()
    with opened(path) as (total, files):
        for file in files:
            file.splitter.tick = partial(_tell, progress, file, total)
            try:
                for piece in file.splitter.pieces():
                    _tell(progress, file, total)
                    if len(seen) >= MOST_CONVERSATIONS:
                        raise Unreadable(TOO_MANY % {"most": f"{MOST_CONVERSATIONS:,}"})
                    if (chat := _chat(piece, file, report)) is None:
                        continue
                    if chat.identity in seen:
                        report.skip("twice", _where(piece, file, chat.title))
                        continue
                    seen.add(chat.identity)
                    yield chat
            except Broken as broken:
                raise Unreadable(place_of(broken, file)) from None
        progress(total, total)


def _tell(progress: Progress, file: Opened, total: int) -> None:
    progress(file.before + file.splitter.consumed, total)


def _chat(piece: Piece, file: Opened, report: Report) -> Chat | None:
    where = _where(piece, file)
    if piece.json is None:
        report.skip("unfit", where, piece.problem)
        return None
    try:
        doc = orjson.loads(piece.json)
    except orjson.JSONDecodeError as error:
        report.skip("unfit", where, f"It is not valid JSON at byte {piece.at + error.pos:,}.")
        return None
    where = _where(piece, file, doc.get("title"))
    try:
        chat = _read(doc, file, where, report)
    except Unfit as why:
        report.skip("unfit", where, str(why))
        return None
    if not chat.messages:
        report.skip("empty", where)
        return None
    return chat


def _read(doc: dict[str, Any], file: Opened, where: str, report: Report) -> Chat:
    header = file.splitter.header
    if from_chatgpt.is_one(doc):
        return from_chatgpt.read(doc, where, report)
    if header.get("format") == "chatapp" and header.get("version") != 1:
        raise Unreadable(
            translatable("This file was exported by a newer version of Chatapp. Update this one first.")
        )
    if "messages" in doc and "key" in doc:
        if file.shelves is None:
            file.shelves = from_chatapp.shelves(header)
        return from_chatapp.read(doc, file.shelves, where, report)
    raise Unfit("It is neither a conversation of ChatGPT nor one of Chatapp.")


def _where(piece: Piece, file: Opened, title: object = None) -> str:
    parts = [f"{file.name}, conversation {piece.number}" if file.name else f"Conversation {piece.number}"]
    if isinstance(title, str) and title.strip():
        words = " ".join(title.split())
        parts.append(f"“{words[:TITLE]}…”" if len(words) > TITLE else f"“{words}”")
    return " ".join(parts)
