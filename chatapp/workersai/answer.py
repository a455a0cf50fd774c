"""One open response of the upstream: bytes in, events out, whatever form the upstream chose to answer in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import orjson

from chatapp.workersai.errors import Interrupted, Protocol, WorkersAIError
from chatapp.workersai.events import Event
from chatapp.workersai.parse import StreamParser
from chatapp.workersai.refusals import refusal
from chatapp.workersai.sse import EventSplitter
from chatapp.workersai.transport import FAILURES
from chatapp.workersai.watchdog import Timeouts, Watchdog

MAX_WHOLE_BYTES = 8 * 1024 * 1024
MAX_REFUSAL_BYTES = 64 * 1024


class Answer:
    """Reads one response under the watchdog's eye.

    read() gives the events of one read, or None when the answer has ended; it raises one of the family of errors,
    but never before the events that came ahead of it were given.
    """

    def __init__(
        self, response: httpx.Response, parser: StreamParser, dog: Watchdog, timeouts: Timeouts, last_moment: float
    ) -> None:
        self.parser = parser
        self._response = response
        self._dog = dog
        self._timeouts = timeouts
        self._last_moment = last_moment  # on the loop's clock, for the whole of it
        self._clock = asyncio.get_running_loop().time
        self._chunks = _raw(response)
        self._splitter = EventSplitter()
        self._whole = _says_json(response)
        self._patience = 0.0  # seconds for the next token; 0 until the first
        self._fresh = True
        self._ended = False
        self._failure: WorkersAIError | None = None

    @property
    def was_empty_json(self) -> bool:
        """A JSON reply that said nothing, neither an answer nor an error."""
        return self._ended and self._whole and isinstance(self._failure, Interrupted)

    async def read(self) -> list[Event] | None:
        if self._ended:
            if self._failure:
                raise self._failure
            return None
        parser = self.parser
        if self._patience:
            # Counted from here: the time in which nobody asked for more is not the upstream's.
            self._dog.deadline = min(self._clock() + self._patience, self._last_moment)
        try:
            while True:
                try:
                    chunk = await self._dog.guard(self._chunks.__anext__())
                except StopAsyncIteration:
                    return self._end()
                if self._fresh and not self._whole and not _says_stream(self._response):
                    self._whole = chunk.lstrip()[:1] == b"{"
                self._fresh = False
                if self._whole:
                    return await self._read_whole(chunk)
                events = parser.feed(self._splitter.feed(chunk))
                if parser.finish_seen or parser.error:
                    if parser.done or parser.error:
                        return events + self._end()
                    self._wait(self._timeouts.after_finish, "the counts")
                elif events and not self._patience:
                    self._wait(self._timeouts.between_tokens, "the next token")
                if events:
                    return events
        except WorkersAIError as error:
            # Also the watchdog's: after the finish it only means that no counts followed.
            return self._end(None if parser.finish_seen else error)
        except FAILURES as error:
            return self._end(self._cut(error))

    async def aclose(self) -> None:
        """Close the connection, unless all of it was read."""
        with contextlib.suppress(*FAILURES):
            await self._response.aclose()

    async def refusal(self) -> WorkersAIError:
        """The error this response stands for, when its status is none of success."""
        said = b""
        try:
            while len(said) < MAX_REFUSAL_BYTES:
                said += await self._dog.guard(self._chunks.__anext__())
        except (StopAsyncIteration, WorkersAIError, *FAILURES):
            pass
        return refusal(self._response.status_code, _decoded(said), self._response.headers)

    def _wait(self, seconds: float, what: str) -> None:
        self._patience, self._dog.waiting_for = seconds, what
        self._dog.deadline = min(self._clock() + seconds, self._last_moment)

    async def _read_whole(self, said: bytes) -> list[Event]:
        """A JSON answer, asked for or in place of a stream."""
        try:
            while True:
                if len(said) > MAX_WHOLE_BYTES:
                    raise Protocol(f"the answer is larger than {MAX_WHOLE_BYTES} bytes")
                said += await self._dog.guard(self._chunks.__anext__())
        except StopAsyncIteration:
            pass
        body = _decoded(said)
        if isinstance(body, str):
            return self._end(Protocol(f"the answer says it is JSON and is not: {body[:200]!r}"))
        return self.parser.feed_whole(body) + self._end()

    def _end(self, failure: WorkersAIError | None = None) -> list[Event]:
        parser = self.parser
        self._ended = True
        events = [] if self._whole else parser.feed(self._splitter.close())
        if failure and not parser.finish_seen:
            parser.error = parser.error or failure
        events += parser.close(_neurons(self._response))
        if isinstance(parser.error, Interrupted):
            parser.error.retryable = not parser.answered
        self._failure = parser.error
        if not self._failure and not parser.finish_seen:
            self._failure = self._cut(None)
        return events

    def _cut(self, error: BaseException | None) -> WorkersAIError:
        """The bytes ended before the answer did."""
        how = f"{type(error).__name__}: {error}" if error else "the stream ended without a finish"
        if self.parser.malformed and not self.parser.answered:
            return Protocol(f"{self.parser.malformed} events were no JSON; {how}")
        interrupted = Interrupted(how)
        # Nothing has been shown yet, so it may be asked again.
        interrupted.retryable = not self.parser.answered
        return interrupted


def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    return response.aiter_bytes() if response.headers.get("content-encoding") else response.aiter_raw()


def _says_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("content-type", "")


def _says_stream(response: httpx.Response) -> bool:
    return "event-stream" in response.headers.get("content-type", "")


def _decoded(said: bytes) -> object:
    """The JSON value, or the text that is none."""
    try:
        return orjson.loads(said)
    except ValueError:
        return said.decode("utf-8", "replace")


def _neurons(response: httpx.Response) -> float | None:
    try:
        return float(response.headers["cf-ai-neurons"])
    except (KeyError, ValueError):
        return None
