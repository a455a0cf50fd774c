"""A conversation as it is read: the branch shown, one Turn per message, with what its reply says."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from chatapp.accounts.retold import retold

from . import branch, model_names
from .branches.copies import Origin, origins
from .compacting.marks import Mark, marks
from .models import Conversation, Message, Reply
from .orphans import Written, written_so_far
from .outcome import CUT, Outcome, cut_copy, outcome, unanswered
from .queued import is_waiting
from .rendering import render

WINDOW = 30  # messages shown at first and per step back


@dataclass(slots=True)
class Turn:
    id: UUID
    role: str
    text: str
    html: SafeString | str
    created: datetime.datetime
    weight: str
    siblings: int = 1
    position: int = 1
    previous: UUID | None = None  # the sibling before and after, to go there
    next: UUID | None = None
    is_left_out: bool = False  # set by whoever knows the plan
    thumb: str = ""  # the reader's rating, up or down; set by whoever knows it
    is_waiting: bool = False  # an answer that nothing was written into yet, to a question that may be changed
    is_queued_question: bool = False
    continues: bool = False  # an unfinished reply that goes on with text of an earlier run
    state: str = ""  # of the reply; "" for a question
    reply_id: UUID | None = None
    seq: int = 0  # last event contained here
    reasoning: str = ""
    reasoning_seconds: float | None = None
    finish_reason: str = ""
    error_sentence: str = ""
    label: str = ""
    ways: list[dict[str, str]] = field(default_factory=list)
    starved: bool = False
    model_note: str = ""
    other_model: str = ""  # the name of the model that wrote it, if it is not ours: imported answers
    summary: Mark | None = None  # stands for the messages up to this one


def window(conversation: Conversation, before: UUID | None = None) -> tuple[list[Turn], bool]:
    """The last WINDOW turns (those before a message, if given), and whether there are earlier ones."""
    skeleton = branch.skeleton(conversation)
    path = whole = skeleton.path(conversation.leaf_id)
    if before is not None:
        first = Message.objects.filter(conversation=conversation, key=before).values_list("pk", flat=True).first()
        path = path[: path.index(first)] if first in path else []
    return _turns(skeleton, path[-WINDOW:], marks(conversation, whole)), len(path) > WINDOW


@dataclass(frozen=True, slots=True)
class Stretch:
    """Turns from somewhere in the branch shown."""

    turns: list[Turn]
    earlier: bool  # there are more before
    later: bool  # and after


def around(conversation: Conversation, message: Message) -> Stretch | None:
    """WINDOW turns with `message` among them; None if it is not on the branch shown."""
    skeleton = branch.skeleton(conversation)
    path = skeleton.path(conversation.leaf_id)
    if message.pk not in path:
        return None
    start = max(0, min(path.index(message.pk) - WINDOW // 3, len(path) - WINDOW))
    end = start + WINDOW
    return Stretch(_turns(skeleton, path[start:end], marks(conversation, path)), start > 0, end < len(path))


def after(conversation: Conversation, last: UUID | None) -> Stretch:
    """The next WINDOW turns after `last`; none if it is not on the branch shown."""
    skeleton = branch.skeleton(conversation)
    path = skeleton.path(conversation.leaf_id)
    keys = dict(Message.objects.filter(conversation=conversation, pk__in=path).values_list("key", "pk"))
    start = path.index(keys[last]) + 1 if last in keys else len(path)
    return Stretch(
        _turns(skeleton, path[start : start + WINDOW], marks(conversation, path)), True, start + WINDOW < len(path)
    )


def since(
    conversation: Conversation, have: Sequence[UUID], *, whole: bool = False, last: UUID | None = None
) -> tuple[list[Turn], bool]:
    """The turns from the first of `have` that is on the branch to `last`, or to the end; and False.

    whole: nothing stands above them in the page, so what has come above them is given too. If none of `have` is
    on the branch: its last WINDOW turns, and whether there are earlier ones.
    """
    skeleton = branch.skeleton(conversation)
    path = skeleton.path(conversation.leaf_id)
    known = Message.objects.filter(conversation=conversation, key__in=[*have, *([last] if last else [])])
    keys = dict(known.values_list("key", "pk"))
    had, end = {keys[key] for key in have if key in keys}, keys.get(last) if last else None
    start = next((place for place, pk in enumerate(path) if pk in had), None)
    stop = path.index(end) + 1 if end in path else len(path)
    more = start is None and len(path) > WINDOW
    if start is None:
        start, stop = max(0, len(path) - WINDOW), len(path)
    elif whole and start <= WINDOW:
        start = 0
    return _turns(skeleton, path[start:stop], marks(conversation, path)), more


def one(message: Message) -> Turn:
    skeleton = branch.skeleton(message.conversation)
    path = skeleton.path(message.conversation.leaf_id)
    return _turns(skeleton, [message.pk], marks(message.conversation, path))[0]


def _turns(skeleton: branch.Skeleton, ids: list[int], summaries: dict[int, Mark]) -> list[Turn]:
    messages, replies, logs = _read(ids)
    sources = origins(m for i, m in messages.items() if i not in replies)
    around = {i: skeleton.around(i) for i in ids}
    keys = dict(Message.objects.filter(pk__in=set().union(*around.values())).values_list("pk", "key"))
    turns = [
        _turn(messages[i], replies.get(i, []), logs.get(i), skeleton, sources.get(i)) for i in ids if i in messages
    ]
    for turn, i in zip(turns, (i for i in ids if i in messages), strict=True):
        turn.previous, turn.next = (keys.get(n) if n else None for n in around[i])
        turn.summary = summaries.get(i)
    for question, answer in itertools.pairwise(turns):
        question.is_queued_question = question.role == Message.Role.USER and answer.is_waiting
    if ids and turns and turns[-1].role == Message.Role.USER and not skeleton.has_below(ids[-1]):
        _say(turns[-1], unanswered())
    return turns


def _read(ids: list[int]) -> tuple[dict[int, Message], dict[int, list[Reply]], dict[int, Written]]:
    """Messages, their replies, and the log of those being written.

    Read in this order, because a reply may end in between: one that had ended is folded into the message
    read after it; one that had not, and has by the time its log is read, makes us look again.
    """
    while True:
        replies: dict[int, list[Reply]] = {}
        wanted = Reply.objects.filter(message_id__in=ids).defer("sent", "left_out", "origins", "system_prompt")
        for reply in wanted.order_by("id"):
            replies.setdefault(reply.message_id, []).append(reply)
        messages = {m.pk: m for m in Message.objects.filter(pk__in=ids)}
        logs = {i: written_so_far(r[-1]) for i, r in replies.items() if r[-1].is_unfinished}
        if not any(log.ended for log in logs.values()):
            return messages, replies, logs


def _turn(
    message: Message,
    replies: list[Reply],
    log: Written | None,
    skeleton: branch.Skeleton,
    origin: Origin | None,
) -> Turn:
    siblings = skeleton.siblings(message.pk)
    turn = Turn(
        id=message.key,
        role=message.role,
        text=message.text,
        html="",
        created=message.created,
        weight=message.weight,
        siblings=len(siblings),
        position=siblings.index(message.pk) + 1,
    )
    if message.role == Message.Role.USER:
        return turn
    turn.reasoning = message.reasoning
    if not replies:
        _as_copy(turn, message, origin)
        turn.html = render(turn.text)
        return turn
    last = replies[-1]
    turn.is_waiting = len(replies) == 1 and siblings == [message.pk] and is_waiting(last)
    turn.state, turn.reply_id, turn.seq = last.state, last.key, last.last_seq
    turn.finish_reason = last.finish_reason
    turn.reasoning_seconds = _thought(replies)
    turn.error_sentence = retold((last.error or {}).get("sentence", ""))
    if log is not None:
        turn.text, turn.reasoning, turn.seq = message.text + log.text, message.reasoning + log.reasoning, log.seq
        turn.continues = bool(message.text or message.reasoning)
    _say(turn, outcome(last, message))
    turn.html = render(turn.text)
    if last.way not in (Reply.Way.ASK, Reply.Way.RETRY, Reply.Way.CONTINUE):
        turn.model_note = str(Reply.Way(last.way).label)
    turn.other_model = model_names.foreign(last.model)
    return turn


def _as_copy(turn: Turn, message: Message, origin: Origin | None) -> None:
    """An answer that was not written here: complete, unless its origin was not when it was copied."""
    turn.state = Reply.State.COMPLETE
    if origin is None:
        return
    if message.reasoning:
        turn.reasoning_seconds = _thought(origin.runs)
    last = origin.runs[-1]
    is_cut = last.state != Reply.State.COMPLETE or last.finish_reason in CUT
    # Why somebody else's answer was cut is not the reader's business.
    if not origin.is_whole or (is_cut and not origin.is_own):
        turn.state = Reply.State.INTERRUPTED
        _say(turn, cut_copy())
        return
    turn.state, turn.finish_reason = last.state, last.finish_reason
    turn.error_sentence = retold((last.error or {}).get("sentence", ""))
    _say(turn, outcome(last, message))


def _say(turn: Turn, said: Outcome) -> None:
    turn.label, turn.ways, turn.starved = said.label, said.ways, said.starved


def _thought(replies: Iterable[Reply]) -> float | None:
    """Seconds from the first token of reasoning to the first of text (or until now), over all runs."""
    seconds = [
        ((r.first_text_at or r.ended_at or timezone.now()) - r.first_token_at).total_seconds()
        for r in replies
        if r.first_token_at
    ]
    return sum(seconds) if seconds else None
