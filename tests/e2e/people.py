"""People in front of a running server: signed in, asking, watching through a tab that does as the page does."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import websockets

from tests.server.process import ServeProcess

CSRF = "c" * 32  # a CSRF secret of the browser's own; cookie and header have to agree, nothing more

_MAKE = """
import json
from importlib import import_module
from django.conf import settings
from chatapp.accounts.models import User
store = import_module(settings.SESSION_ENGINE).SessionStore
made = {}
for name, role in (("alice", "member"), ("bob", "member"), ("ada", "admin"), ("rita", "reviewer")):
    user = User.objects.filter(email=f"{name}@example.org").first() or User.objects.create_user(
        f"{name}@example.org", "correct horse battery", name=name.title(), role=role)
    session = store()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    made[name] = {"id": user.pk, "session": session.session_key}
print(json.dumps(made))
"""


def let_in(server: ServeProcess) -> dict[str, dict[str, Any]]:
    """Make alice, bob, ada and rita (if they are not there yet) with a fresh session each."""
    return json.loads(server.manage("shell", "-v", "0", "-c", _MAKE).splitlines()[-1])


class Refusal(AssertionError):
    """A request was not answered with 200."""


class Person:
    """Somebody signed in at `server`, by cookies; posts as the page does."""

    def __init__(self, server: ServeProcess, id: int, session: str):
        self.server, self.id, self.session = server, id, session
        self.http = httpx.AsyncClient(
            base_url=server.base_url,
            cookies={"session": session, "csrf": CSRF},
            headers={"X-CSRFToken": CSRF, "Origin": server.base_url, "Accept": "application/json"},
            limits=httpx.Limits(max_connections=40),
            timeout=20,
        )

    def at(self, server: ServeProcess) -> "Person":
        """The same person, with the same session, at another process."""
        return Person(server, self.id, self.session)

    async def post(self, path: str, **data: str) -> httpx.Response:
        return await self.http.post(path, data=data)

    async def order(self, deed: str, conversation: str) -> httpx.Response:
        """What the menus of the sidebar do to a chat."""
        return await self.post("/list/do/", steps=json.dumps([{"deed": deed, "c": [conversation]}]))

    async def send(self, text: str, conversation: str | None = None, ask: str | None = None) -> dict[str, Any]:
        """Ask; the JSON of the answer. Raises Refusal."""
        response = await self.post(
            f"/c/{conversation or uuid.uuid4()}/send/", ask=ask or str(uuid.uuid4()), text=text
        )
        if response.status_code != 200:
            raise Refusal(f"{response.status_code} {response.text[:500]}")
        return response.json()

    async def tail(self, reply: str, after: int = 0, patience: float = 15) -> dict[str, Any]:
        """Asked for again, as the page does, while the server says that it cannot just now."""
        deadline = time.monotonic() + patience
        while True:
            response = await self.http.get(f"/r/{reply}/tail/", params={"after": after})
            if response.status_code != 503 or time.monotonic() > deadline:
                response.raise_for_status()
                return response.json()
            await asyncio.sleep(0.2)

    async def ended(self, reply: str, seconds: float = 20) -> dict[str, Any]:
        """The whole log once the reply has ended; asked for until then."""
        deadline = time.monotonic() + seconds
        while True:
            told = await self.tail(reply)
            if told["events"] and told["events"][-1][1] == "end":
                return told
            assert time.monotonic() < deadline, f"reply has not ended: {told['state']} {told['events'][-3:]}"
            await asyncio.sleep(0.05)

    async def page(self, path: str) -> str:
        response = await self.http.get(path, headers={"Accept": "text/html"})
        response.raise_for_status()
        return response.text

    def socket(self, origin: str | None = "", cookies: str | None = None, **options: Any) -> Any:
        """A raw socket; `origin` and `cookies` as the page has them unless given."""
        return websockets.connect(
            self.server.socket_url,
            origin=self.server.base_url if origin == "" else origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"session={self.session}" if cookies is None else cookies},
            **options,
        )

    def tab(self) -> "Tab":
        return Tab(self)

    async def close(self) -> None:
        await self.http.aclose()


class Tab:
    """A page: applies events in order, drops those it has, fetches the tail at a gap, acknowledges, reconnects.

    `logs` holds what it has painted, by reply; `gaps` how often it had to fetch. Painting checks the order.
    """

    def __init__(self, person: Person):
        self.person = person
        self.logs: dict[str, list[list[Any]]] = {}
        self.at: dict[str, float] = {}  # when the end of a reply was painted (monotonic)
        self.frames: list[dict[str, Any]] = []
        self.gaps = 0
        self.closed: int | None = None  # the code
        self._socket: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._grew = 0

    async def __aenter__(self) -> "Tab":
        await self.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.leave()

    async def open(self, watch: str | None = None) -> None:
        self.closed = None
        self._socket = await self.person.socket()
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.until(lambda: any(f["t"] == "hello" for f in self.frames))
        if watch:
            await self.watch(watch)

    async def leave(self, abruptly: bool = False) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            if abruptly:
                self._socket.transport.abort()
            else:
                await self._socket.close()
        self._socket = self._reader = None

    async def watch(self, conversation: str | None) -> None:
        self._grew = 0
        seen = sum(f["t"] == "watching" for f in self.frames)
        await self.say({"watch": conversation})
        if conversation:
            await self.until(lambda: sum(f["t"] == "watching" for f in self.frames) > seen)

    async def say(self, word: Any) -> None:
        await self._socket.send(word if isinstance(word, str) else json.dumps(word))

    async def until(self, condition: Callable[[], Any], seconds: float = 15) -> None:
        """Wait until the condition holds; it is looked at after every frame."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s; closed={self.closed} last={self.frames[-3:]}") from None

    async def until_end(self, reply: str, seconds: float = 20) -> dict[str, Any]:
        """Wait for the end of a reply; its data. It may have ended before the watch: its log is looked at once."""
        if not self.has_ended(reply):
            await self._fetch(reply)
        await self.until(lambda: self.has_ended(reply), seconds)
        return self.logs[reply][-1][2]

    def has_ended(self, reply: str) -> bool:
        return bool(self.logs.get(reply)) and self.logs[reply][-1][1] == "end"

    def text(self, reply: str, kind: str = "text") -> str:
        return "".join(data for _, k, data in self.logs.get(reply, []) if k == kind)

    async def _read(self, socket: Any) -> None:
        try:
            async for message in socket:
                frame = json.loads(message)
                self.frames.append(frame)
                if frame["t"] == "grew":
                    await self._paint(frame["r"], frame["e"])
                    self._grew += 1
                    if self._grew % 25 == 0:
                        await self.say({"ack": self._grew})
                elif frame["t"] == "watching":
                    for running in frame["running"]:
                        if running["seq"] > self._last(running["r"]):
                            await self._fetch(running["r"])
                self._changed.set()
        except websockets.ConnectionClosed:
            pass
        finally:
            self.closed = socket.close_code
            self._changed.set()

    async def _paint(self, reply: str, events: list[list[Any]]) -> None:
        for event in events:
            last = self._last(reply)
            if event[0] <= last:
                continue
            if event[0] > last + 1:
                self.gaps += 1
                await self._fetch(reply)
                if event[0] <= self._last(reply):
                    continue
            assert event[0] == self._last(reply) + 1, "a gap that the tail does not close"
            self.logs.setdefault(reply, []).append(event)
            if event[1] == "end":
                self.at[reply] = time.monotonic()

    async def _fetch(self, reply: str) -> None:
        for event in (await self.person.tail(reply, self._last(reply)))["events"]:
            if event[0] <= self._last(reply):
                continue
            assert event[0] == self._last(reply) + 1, "the stored log has a gap"
            self.logs.setdefault(reply, []).append(event)
            if event[1] == "end":
                self.at[reply] = time.monotonic()

    def _last(self, reply: str) -> int:
        return self.logs[reply][-1][0] if self.logs.get(reply) else 0
