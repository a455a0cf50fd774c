"""Reading the log: what has been stored since. A gap, a reload, a second tab and another process are one case."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import QuerySet

from .models import Conversation, Event, Reply

MOST_OTHERS = 10_000  # then they are forgotten, and met again


@dataclass(frozen=True, slots=True)
class Grown:
    conversation_id: int
    conversation_key: UUID
    message_key: UUID
    reply_key: UUID
    events: list[tuple[int, str, str]]


@dataclass(slots=True)
class Found:
    grown: list[Grown] = field(default_factory=list)
    changed: list[tuple[int, UUID, int]] = field(default_factory=list)  # (id, key, owner id)


def after(reply: Reply, seq: int, most: int = 5000) -> list[tuple[int, str, str]]:
    """The events of `reply` after `seq`, in order, at most `most`: (seq, kind, data as JSON text)."""
    events = Event.objects.filter(reply=reply, seq__gt=seq).order_by("seq")
    return list(events.values_list("seq", "kind", "data")[:most])


def ended_as(events: list[tuple[int, str, str]]) -> str:
    """The state that the last of these events ends its reply in; "" if they do not end it."""
    if not events or events[-1][1] != Event.Kind.END:
        return ""
    return str(orjson.loads(events[-1][2])["state"])


def running_in(conversation: Conversation) -> list[dict[str, object]]:
    """The unfinished replies of a conversation with the last seq stored: [{"r", "m", "seq"}]."""
    rows = Reply.objects.filter(conversation=conversation).unfinished().select_related("message")
    return [
        {"r": str(reply.key), "m": str(reply.message.key), "seq": _last_seq(reply.pk)}
        for reply in rows.order_by("id")
    ]


def _last_seq(reply_id: int) -> int:
    last = Event.objects.filter(reply_id=reply_id).order_by("-seq").values_list("seq", flat=True).first()
    return last or 0


def whole(reply_ids: Collection[int]) -> list[Grown]:
    """The logs of those of these replies that have ended: of one that never ran nobody else tells the end."""
    ended = Reply.objects.filter(pk__in=reply_ids).exclude(state__in=(Reply.State.QUEUED, Reply.State.RUNNING))
    replies = {reply.id: reply for reply in _told(ended)}
    return [replies[pk].grown(events) for pk, events in _after_each(dict.fromkeys(replies, 0)).items()]


class Tails:
    """Follows the replies of watched conversations that other processes write."""

    def __init__(self) -> None:
        self._watched: set[int] = set()
        self._versions: dict[int, int] = {}
        self._followed: dict[int, _Told] = {}
        self._seqs: dict[int, int] = {}
        self._others: set[int] = set()  # replies that have grown, and are not for anybody here

    def read(
        self,
        watched: Collection[int],
        running_here: Collection[int],
        grew: Collection[int] = (),
        thoroughly: bool = True,
    ) -> Found:
        """What is new since the last call in the conversations `watched`, but for replies `running_here`.

        `grew` are the replies that other processes said have grown. Unless `thoroughly`, only their new events are
        read, in one query, as long as they are known and the same conversations are watched: so it is for nearly
        every commit of another process. What nobody said is found by the next thorough call.
        """
        known = self._followed.keys() | self._others
        if not thoroughly and self._watched == set(watched) and known.issuperset(grew):
            return self._read_events([pk for pk in grew if pk in self._followed and pk not in running_here])
        found = self._read_all(watched, running_here)
        if len(self._others) > MOST_OTHERS:
            self._others.clear()
        self._others.update(pk for pk in grew if pk not in self._followed)
        return found

    def _read_events(self, replies: list[int]) -> Found:
        found = Found()
        for pk, events in _after_each({pk: self._seqs[pk] for pk in replies}).items():
            found.grown.append(self._followed[pk].grown(events))
            self._seqs[pk] = events[-1][0]
            if events[-1][1] == Event.Kind.END:
                self._others.add(pk)
                del self._seqs[pk], self._followed[pk]
        return found

    def _read_all(self, watched: Collection[int], running_here: Collection[int]) -> Found:
        found = Found()
        if self._watched != set(watched):
            self._watched = set(watched)
            self._others.clear()
        versions: dict[int, int] = {}
        rows = Conversation.objects.filter(pk__in=watched)
        for pk, key, owner_id, version in rows.values_list("pk", "key", "owner_id", "version"):
            versions[pk] = version
            if self._versions.get(pk, version) != version:
                found.changed.append((pk, key, owner_id))
        self._versions = versions
        running = Reply.objects.filter(conversation_id__in=watched, state=Reply.State.RUNNING)
        replies = {reply.id: reply for reply in _told(running.exclude(pk__in=running_here))}
        # A reply that has ended since the last look still owes its last events: drain once more.
        gone = [pk for pk in self._seqs if pk not in replies and pk not in running_here]
        for reply in _told(Reply.objects.filter(pk__in=gone)) if gone else ():
            if reply.conversation_id in versions:
                replies[reply.id] = reply
        news = _after_each({pk: self._seqs.get(pk, 0) for pk in replies})
        found.grown = [replies[pk].grown(events) for pk, events in news.items()]
        self._followed = {pk: reply for pk, reply in replies.items() if reply.state == Reply.State.RUNNING}
        self._seqs = {pk: news[pk][-1][0] if pk in news else self._seqs.get(pk, 0) for pk in self._followed}
        return found


class _Told(NamedTuple):
    """What a frame says of a reply; a model's instance for each costs ten times as much."""

    id: int
    state: str
    key: UUID
    message_key: UUID
    conversation_id: int
    conversation_key: UUID

    def grown(self, events: list[tuple[int, str, str]]) -> Grown:
        return Grown(self.conversation_id, self.conversation_key, self.message_key, self.key, events)


def _told(replies: QuerySet[Reply]) -> list[_Told]:
    rows = replies.values_list("id", "state", "key", "message__key", "conversation_id", "conversation__key")
    return [_Told(*row) for row in rows]


def _after_each(seqs: dict[int, int]) -> dict[int, list[tuple[int, str, str]]]:
    """The events after its seq for each reply, in one query however many there are.

    Raw SQL, because it runs for every commit of another process: a condition per reply would be put together
    anew each time.
    """
    if not seqs:
        return {}
    wanted = ",".join(["(%s,%s)"] * len(seqs))
    news: dict[int, list[tuple[int, str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH wanted (reply_id, seq) AS (VALUES {wanted})"  # noqa: S608
            " SELECT e.reply_id, e.seq, e.kind, e.data FROM wanted w"
            " JOIN conversations_event e ON e.reply_id = w.reply_id AND e.seq > w.seq ORDER BY e.reply_id, e.seq",
            [number for pair in seqs.items() for number in pair],
        )
        for reply_id, *event in cursor.fetchall():
            news.setdefault(reply_id, []).append(tuple(event))
    return news
