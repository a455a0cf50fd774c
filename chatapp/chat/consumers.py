"""The socket of a tab: authorise, join, forward. Nothing is written from here; words come in over HTTP."""

import asyncio
import time
from typing import Any
from uuid import UUID

import orjson
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from chatapp.conversations import tail
from chatapp.conversations.models import Conversation
from chatapp.conversations.threads import in_thread

from . import frames, runs
from .tabs import Tab

FLOODING = 4429
MOST_WORDS_PER_SECOND = 20
LONGEST_WORD = 2048


class TabConsumer(AsyncConsumer):
    """One per tab. Handlers return at once: a consumer handles one message at a time."""

    # The doorbell is heard once per process (broadcast.py), not by each socket; a tab opens without Redis, too.
    channel_layer_alias = "none"
    tab: Tab | None = None
    _watched: Conversation | None = None
    _window = 0.0
    _words = 0

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Not Channels' own: it hops into the shared thread for every message to look after database
        # connections, and one slow query there would hold up everybody. `_find` looks after its own.
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        user = self.scope["user"]
        here = runs.here()
        if not user.is_authenticated or here is None or here.draining:
            await self.send({"type": "websocket.close"})
            raise StopConsumer
        self.tab = Tab(
            user_id=user.pk,
            auth_epoch=user.auth_epoch,
            session_key=self.scope["session"].session_key or "",
            # Our server's own way out, without a task and the middleware's wrappers for every frame; under
            # another server (runserver, the tests' communicator) the ordinary one.
            send=self.scope.get("extensions", {}).get("chatapp.push", self._send_text),
            close=self._close,
        )
        here.tabs.add(self.tab)
        await self.send({"type": "websocket.accept"})
        self.tab.send(frames.hello())

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        word = self._read(message)
        if word is None or self.tab is None:
            return
        if "ack" in word:
            if isinstance(word["ack"], int) and self.tab.ack(word["ack"]) and self._watched is not None:
                # Frames were dropped, perhaps the last ones: without a later frame the tab sees no gap.
                await self._say_what_runs(self._watched)
        elif "ping" in word:
            self.tab.send(frames.pong())
        elif "watch" in word:
            await self._watch(word["watch"])

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        if self.tab is not None and (here := runs.here()) is not None:
            here.tabs.remove(self.tab)
        raise StopConsumer

    def _read(self, message: dict[str, Any]) -> dict[str, Any] | None:
        now = time.monotonic()
        if now - self._window > 1:
            self._window, self._words = now, 0
        self._words += 1
        text = message.get("text") or ""
        if self._words > MOST_WORDS_PER_SECOND or len(text) > LONGEST_WORD:
            self._close(FLOODING)
            return None
        try:
            word = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        return word if isinstance(word, dict) else None

    async def _watch(self, key: Any) -> None:
        here = runs.here()
        assert self.tab is not None
        if here is None:
            return
        try:
            wanted = UUID(str(key))
        except ValueError:
            here.tabs.watch(self.tab, None)
            return
        # Join before reading what runs: an event in between is then seen twice, never missed.
        conversation = await in_thread(_find, self.tab.user_id, wanted)
        self._watched = conversation
        here.tabs.watch(self.tab, conversation.pk if conversation else None)
        if conversation is None:
            self.tab.send(frames.watching(wanted, []))
        else:
            await self._say_what_runs(conversation)

    async def _say_what_runs(self, conversation: Conversation) -> None:
        assert self.tab is not None
        running = await in_thread(tail.running_in, conversation)
        self.tab.send(frames.watching(conversation.key, running))

    def _send_text(self, text: str) -> None:
        # A task of its own: whoever pushes a frame (the clock) must not wait for a socket.
        task = asyncio.get_running_loop().create_task(self.base_send({"type": "websocket.send", "text": text}))
        _sending.add(task)
        task.add_done_callback(_sent)

    def _close(self, code: int) -> None:
        here = runs.here()
        if here is not None:
            task = here.loop.create_task(self.send({"type": "websocket.close", "code": code}))
            _sending.add(task)
            task.add_done_callback(_sent)


_sending: set["asyncio.Task[None]"] = set()


def _sent(task: "asyncio.Task[None]") -> None:
    _sending.discard(task)
    if not task.cancelled():
        task.exception()  # the socket has gone; its disconnect is on the way


def _find(user_id: int, key: UUID) -> Conversation | None:
    return Conversation.objects.filter(key=key, owner_id=user_id, deleted_at=None).first()
