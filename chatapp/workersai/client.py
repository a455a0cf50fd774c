"""Ask the model and watch the answer come: open the stream, yield events, close it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx

from chatapp.workersai.answer import Answer
from chatapp.workersai.circuit import Circuit
from chatapp.workersai.endpoint import Endpoint
from chatapp.workersai.errors import NoSuchModel, Protocol, WorkersAIError
from chatapp.workersai.events import (
    Completion,
    Event,
    Finished,
    Opened,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
    Waiting,
)
from chatapp.workersai.parse import StreamParser
from chatapp.workersai.refusals import wants_no_stream
from chatapp.workersai.request import build_body, encode, tool_names
from chatapp.workersai.retry import RetryPolicy
from chatapp.workersai.sse import EventSplitter
from chatapp.workersai.transport import FAILURES, open_http, unreachable
from chatapp.workersai.watchdog import Timeouts, Watchdog

TIMEOUTS = Timeouts()
RETRIES = RetryPolicy()


@dataclass(frozen=True, slots=True)
class Recording:
    """The raw bytes of one answer to a stream request, and the payloads of its events."""

    path: str
    content_type: str
    raw: bytes
    payloads: tuple[bytes, ...]


@dataclass(slots=True)
class _Question:
    """What is asked, and how the next try asks it."""

    messages: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any]
    affinity: str
    streamed: bool
    models: list[str]  # the spellings tried; the last one is next
    last_moment: float  # on the loop's clock, for all tries together
    attempt: int = 1


class Client:
    """The model at one endpoint. One per process and event loop; `aclose()` it at the end.

    endpoint        where and how to ask
    timeouts        how long each stage may be silent
    retry, circuit  when to ask again by itself, when to leave the upstream alone
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeouts: Timeouts = TIMEOUTS,
        retry: RetryPolicy = RETRIES,
        circuit: Circuit | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.circuit = circuit or Circuit()
        self._timeouts = timeouts
        self._retry = retry
        self._http = http or open_http(timeouts.connect)
        self._model = endpoint.model  # the spelling that was answered last

    def stream(
        self, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any], *, affinity: str = ""
    ) -> AsyncGenerator[list[Event], None]:
        """The answer as it comes; each list is what one read gave (see events.py for the order).

        messages  [{"role", "content", …}], contents as text
        values    settings as `validation.clean` gives them
        affinity  an opaque id of the conversation: Cloudflare then finds its cached beginning again

        Raises one of the family in errors.py, after all events that came before it. Closing the generator, or
        cancelling the task that reads it, closes the upstream connection at once.
        """
        return self._ask(messages, values, affinity, streamed=True)

    async def complete(
        self, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any], *, affinity: str = ""
    ) -> Completion:
        """The whole answer, asked for without a stream. Raises as `stream` does."""
        async with aclosing(self._ask(messages, values, affinity, streamed=False)) as batches:
            return await _collect(batches)

    async def record(self, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> Recording:
        """One stream as it came, for looking at the wire itself: asked once, under the name answered last.

        Raises as `stream` does.
        """
        body = build_body(messages, values, form=self.endpoint.form, model=self._model, stream=True)
        with Watchdog() as dog:
            last_moment = asyncio.get_running_loop().time() + self._timeouts.whole
            dog.deadline, dog.waiting_for = last_moment, "the end of the answer"
            response = await self._open(body, self._model, "", dog)
            answer = Answer(response, StreamParser(), dog, self._timeouts, last_moment)
            try:
                if not response.is_success:
                    raise self._redacted(await answer.refusal())
                raw = await dog.guard(response.aread())
            finally:
                await answer.aclose()
        splitter = EventSplitter()
        payloads = splitter.feed(raw) + splitter.close()
        return Recording(response.request.url.path, response.headers.get("content-type", ""), raw, tuple(payloads))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(
        self, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any], affinity: str, *, streamed: bool
    ) -> AsyncGenerator[list[Event], None]:
        clock = asyncio.get_running_loop().time
        question = _Question(
            messages, values, affinity, streamed, models=[self._model], last_moment=clock() + self._timeouts.total
        )
        with Watchdog() as dog:
            while True:
                self.circuit.check()
                answer: Answer | None = None
                failure: WorkersAIError
                try:
                    answer, opened = await self._begin(question, dog)
                    yield [opened]
                    events = await _first_words(answer)
                    self.circuit.succeeded()
                    if question.streamed and not answer.parser.answered and _is_empty(events):
                        # An empty JSON reply to a stream was seen: asked once more, in the other form.
                        question.streamed = False
                        continue
                    yield events
                    while (more := await answer.read()) is not None:
                        if more:
                            yield more
                    return
                except WorkersAIError as error:
                    failure = self._redacted(error)
                finally:
                    if answer:
                        await answer.aclose()

                if answer and answer.parser.answered:
                    raise failure
                self.circuit.failed(failure)
                if self._otherwise(question, failure, answer):
                    continue
                wait = self._retry.wait(failure, question.attempt)
                if wait is None or clock() + wait >= question.last_moment:
                    raise failure
                yield [Waiting(wait, failure.code, question.attempt)]
                await asyncio.sleep(wait)
                question.attempt += 1

    async def _begin(self, question: "_Question", dog: Watchdog) -> tuple[Answer, Opened]:
        """Ask; the answer, not read yet. Raises what the upstream refuses with, and as `_open` does."""
        model = question.models[-1]
        body = build_body(
            question.messages, question.values, form=self.endpoint.form, model=model, stream=question.streamed
        )
        silence = self._timeouts.first_token if question.streamed else self._timeouts.whole
        dog.deadline = min(asyncio.get_running_loop().time() + silence, question.last_moment)
        dog.waiting_for = "the first token"
        response = await self._open(body, model, question.affinity, dog)
        parser = StreamParser(tool_names(question.values))
        answer = Answer(response, parser, dog, self._timeouts, question.last_moment)
        if response.is_success:
            self._model = model
            return answer, self._opened(response, body, question.attempt)
        try:
            raise await answer.refusal()
        finally:
            await answer.aclose()

    def _otherwise(self, question: "_Question", failure: WorkersAIError, answer: Answer | None) -> bool:
        """Whether the model's other spelling or the other form may do; `question` is then to be asked so."""
        if other := self._other(failure, question.models):
            question.models.append(other)
            return True
        if question.streamed and (wants_no_stream(failure) or (answer and answer.was_empty_json)):
            question.streamed = False
            return True
        return False

    async def _open(self, body: dict[str, Any], model: str, affinity: str, dog: Watchdog) -> httpx.Response:
        """Post the body; the response with its head read. Raises Unavailable, Timeout or Protocol."""
        headers = {"content-type": "application/json", "accept": "text/event-stream, application/json"}
        if self.endpoint.token:
            headers["authorization"] = f"Bearer {self.endpoint.token}"
        if affinity:
            headers["x-session-affinity"] = affinity
        try:
            request = self._http.build_request(
                "POST", self.endpoint.url(model), content=encode(body), headers=headers
            )
            return await dog.guard(self._http.send(request, stream=True))
        except FAILURES as error:
            failure = unreachable(error)
        # Raised out here: the transport's exception would carry the request, and with it the token, as context.
        raise failure

    def _opened(self, response: httpx.Response, body: dict[str, Any], attempt: int) -> Opened:
        headers = response.headers
        return Opened(
            path=response.request.url.path,
            model=self._model,
            body=body,
            form=self.endpoint.form,
            request_id=headers.get("cf-ai-req-id") or headers.get("cf-ray") or headers.get("x-request-id"),
            attempt=attempt,
        )

    def _redacted(self, failure: WorkersAIError) -> WorkersAIError:
        failure.detail = self.endpoint.redact(failure.detail)
        failure.args = (failure.detail or failure.code,)
        return failure

    def _other(self, failure: WorkersAIError, tried: list[str]) -> str | None:
        """The other spelling of the model, if this failure calls for it and it was not tried yet."""
        if not isinstance(failure, NoSuchModel) or len(tried) > 1:
            return None
        names = {self.endpoint.model, self.endpoint.other_model()} - {None, *tried}
        return names.pop() if names else None


async def _first_words(answer: Answer) -> list[Event]:
    """All that comes up to and with the first word; all there is if none comes."""
    events: list[Event] = []
    while not answer.parser.answered and (more := await answer.read()) is not None:
        events += more
    return events


def _is_empty(events: list[Event]) -> bool:
    return not any(
        isinstance(event, Finished) and event.reason in ("length", "content_filter") for event in events
    )


async def _collect(batches: AsyncIterator[list[Event]]) -> Completion:
    text: list[str] = []
    reasoning: list[str] = []
    calls: dict[int, ToolCall] = {}
    usage: Usage | None = None
    finish: str | None = None
    opened: Opened | None = None
    async for events in batches:
        for event in events:
            match event:
                case TextDelta(piece):
                    text.append(piece)
                case ReasoningDelta(piece):
                    reasoning.append(piece)
                case ToolCallDelta(index, call_id, name, arguments):
                    before = calls.get(index) or ToolCall(call_id, "", "")
                    calls[index] = ToolCall(call_id, before.name or name, before.arguments + arguments)
                case Usage():
                    usage = event
                case Finished(reason):
                    finish = reason
                case Opened():
                    opened = event
    if opened is None:
        raise Protocol("no answer was opened")
    return Completion(
        text="".join(text),
        reasoning="".join(reasoning),
        tool_calls=tuple(calls[index] for index in sorted(calls)),
        usage=usage,
        finish_reason=finish,
        body=opened.body,
        model=opened.model,
        path=opened.path,
        request_id=opened.request_id,
    )
