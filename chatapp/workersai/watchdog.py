"""Bounded silence: how long each stage of a stream may take, and the guard that cuts a wait short."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from chatapp.workersai.errors import Timeout

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `first_token` counts from the request, `between_tokens` from the last token: bytes that carry none,
    such as keep-alive comments, do not prolong them. `after_finish`: for counts that may follow the finish.
    `whole`: for an answer that is not streamed. `total`: for everything, retries included.
    """

    connect: float = 10
    first_token: float = 120
    between_tokens: float = 45
    after_finish: float = 3
    whole: float = 180
    total: float = 900


class Watchdog:
    """Cuts an await short when its deadline (on the loop's clock) has passed.

    One timer per stream, moved only when it fires: a new deadline costs one assignment per token.

        with Watchdog() as dog:
            dog.deadline, dog.waiting_for = loop.time() + 45, "the next token"
            chunk = await dog.guard(read())
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.deadline = float("inf")
        self.waiting_for = "an answer"
        self._task: asyncio.Task | None = None  # while it awaits under guard
        self._bit = False
        self._timer: asyncio.TimerHandle | None = None
        self._fires_at = float("inf")

    def __enter__(self) -> "Watchdog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()

    async def guard(self, awaitable: Awaitable[T]) -> T:
        """Await it; Timeout when the deadline passes first. Cancellation from outside stays cancellation."""
        if self.deadline < self._fires_at:
            self._set(self.deadline)
        task = self._task = asyncio.current_task()
        try:
            return await awaitable
        except BaseException as error:
            if self._bit and task is not None:
                self._bit = False
                if task.uncancel() == 0 or not isinstance(error, asyncio.CancelledError):
                    raise Timeout(f"waited too long for {self.waiting_for}") from None
            raise
        finally:
            self._task = None

    def _set(self, when: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._fires_at = when
        self._timer = self._loop.call_at(when, self._fire)

    def _fire(self) -> None:
        self._timer, self._fires_at = None, float("inf")
        if self._loop.time() < self.deadline:
            self._set(self.deadline)
        elif self._task is not None:
            self._bit = True
            self._task.cancel()
