"""The open tabs of this process: who watches what, and who is too slow to be sent more.

Frames for a tab in this process go straight to its socket, one call per tab and commit: a group_send
per token collapses at some fifty streams (docs/performance.md). Other processes are told by the doorbell.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

# A tab may be this far behind before its frames are dropped. It then sees the gap and fetches the tail.
MOST_FRAMES = 200
MOST_BYTES = 256 * 1024


@dataclass(slots=True, eq=False)
class Tab:
    """One socket. `send` hands a text frame to the server and returns at once."""

    user_id: int
    auth_epoch: int
    session_key: str
    send: Callable[[str], None]
    close: Callable[[int], None]
    conversation_id: int | None = None
    unacked: list[int] = field(default_factory=list)  # sizes of the frames not yet acknowledged
    acked: int = 0
    unacked_bytes: int = 0
    paused: bool = False

    def push(self, frame: str) -> bool:
        """Send a `grew` frame unless the tab is too far behind; False if it was dropped."""
        if len(self.unacked) >= MOST_FRAMES or self.unacked_bytes > MOST_BYTES:
            self.paused = True
            return False
        self.unacked.append(len(frame))
        self.unacked_bytes += len(frame)
        self.send(frame)
        return True

    def ack(self, total: int) -> bool:
        """The tab has got this many frames since it began to watch; whether it missed some meanwhile."""
        frames = max(0, min(total - self.acked, len(self.unacked)))
        self.acked += frames
        self.unacked_bytes -= sum(self.unacked[:frames])
        del self.unacked[:frames]
        missed = self.paused and frames > 0
        if missed:
            self.paused = False
        return missed


class Tabs:
    def __init__(self) -> None:
        self._all: set[Tab] = set()
        self._by_user: dict[int, set[Tab]] = {}
        self._by_conversation: dict[int, set[Tab]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Any:
        return iter(list(self._all))

    def add(self, tab: Tab) -> None:
        self._all.add(tab)
        self._by_user.setdefault(tab.user_id, set()).add(tab)

    def remove(self, tab: Tab) -> None:
        self._all.discard(tab)
        _discard(self._by_user, tab.user_id, tab)
        if tab.conversation_id is not None:
            _discard(self._by_conversation, tab.conversation_id, tab)

    def watch(self, tab: Tab, conversation_id: int | None) -> None:
        if tab.conversation_id is not None:
            _discard(self._by_conversation, tab.conversation_id, tab)
        tab.conversation_id = conversation_id
        tab.unacked.clear()
        tab.acked, tab.unacked_bytes, tab.paused = 0, 0, False
        if conversation_id is not None:
            self._by_conversation.setdefault(conversation_id, set()).add(tab)

    def watching(self, conversation_id: int) -> Iterable[Tab]:
        return self._by_conversation.get(conversation_id, ())

    def watched(self) -> list[int]:
        """Ids of the conversations that somebody looks at here."""
        return list(self._by_conversation)

    def of_user(self, user_id: int) -> Iterable[Tab]:
        return self._by_user.get(user_id, ())


def _discard(index: dict[int, set[Tab]], key: int, tab: Tab) -> None:
    if (tabs := index.get(key)) is not None:
        tabs.discard(tab)
        if not tabs:
            del index[key]


@dataclass(frozen=True, slots=True)
class Change:
    """A conversation changed beyond its running replies: what the tabs are to fetch."""

    conversation_id: int
    key: UUID | str
    owner_id: int
    turns: bool = False
    row: bool = True
