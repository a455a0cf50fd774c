"""What the configured endpoint can do, found out by one short question per capability.

Public documents leave open which name the model answers to, which form its stream takes, where its reasoning
stands and what its limits are. This asks. It costs a few hundred tokens.
"""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from chatapp.workersai.client import Client, Recording
from chatapp.workersai.errors import BadRequest, ContextOverflow, WorkersAIError
from chatapp.workersai.events import Completion

Verdict = Literal["ok", "failed", "unclear"]

# Enough for an answer of a few words behind some reasoning.
_ROOM = 1024
_FAR_TOO_MUCH = 5_000_000
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Gives the weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "description": "Name of the city"}},
            "required": ["city"],
        },
    },
}
_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Name of the city"}},
    "required": ["city"],
}


@dataclass(frozen=True, slots=True)
class Finding:
    capability: str
    verdict: Verdict
    sentence: str


async def check(client: Client) -> AsyncIterator[Finding]:
    """The findings, each as soon as it is known. When the route does not answer, nothing else is asked."""
    began = time.monotonic()
    try:
        first = await _ask(client, "Answer with the single word: ready")
    except WorkersAIError as error:
        yield _failed("route", error)
        return
    seconds = time.monotonic() - began
    yield Finding(
        "route", "ok", f"{first.path} answered in {seconds:.1f} s; the model's name there is {first.model}."
    )
    yield _usage(first)

    try:
        recording = await client.record(_question("Count from one to five."), _values())
    except WorkersAIError as error:
        yield _failed("stream form", error)
    else:
        yield _stream_form(recording)
        yield _reasoning_field(recording, first)

    for capability, ask in _QUESTIONS:
        try:
            yield await ask(client)
        except WorkersAIError as error:
            yield _failed(capability, error)


def _question(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def _values(**values: Any) -> dict[str, Any]:
    return {"max_tokens": _ROOM, "reasoning": {"effort": "low"}, **values}


async def _ask(client: Client, text: str, **values: Any) -> Completion:
    return await client.complete(_question(text), _values(**values))


def _failed(capability: str, error: WorkersAIError) -> Finding:
    return Finding(capability, "failed", f"{error.sentence} ({error.detail})")


def _usage(first: Completion) -> Finding:
    usage = first.usage
    if usage is None:
        return Finding("usage", "unclear", "The answer came without counts; tokens can only be estimated.")
    counts = f"{usage.prompt_tokens} tokens in, {usage.completion_tokens} out"
    if usage.neurons is None:
        return Finding("usage", "ok", f"{counts}; neurons are not told, so costs come from the token prices.")
    return Finding("usage", "ok", f"{counts}, {usage.neurons:g} neurons.")


def _stream_form(recording: Recording) -> Finding:
    if "event-stream" not in recording.content_type:
        kind = recording.content_type or "no content type"
        return Finding("stream form", "failed", f"A request for a stream is answered whole, as {kind}.")
    chunks = _chunks(recording)
    answer = [chunk for chunk in chunks if chunk.get("choices")]
    native = [chunk for chunk in chunks if "response" in chunk]
    typed = [chunk for chunk in chunks if str(chunk.get("type", "")).startswith("response.")]
    if answer:
        said = ["chat chunks"]
        said += ["counts in every chunk"] if all("usage" in chunk for chunk in answer) else []
        said += ["a native last event with the totals"] if native else []
    elif native:
        said = ["native events"]
    elif typed:
        said = ["events of the Responses API"]
    else:
        return Finding("stream form", "failed", f"None of its {len(chunks)} events could be understood.")
    said.append("closed by [DONE]" if b"[DONE]" in recording.payloads else "without [DONE]")
    return Finding("stream form", "ok", f"{len(chunks)} events: {', '.join(said)}.")


def _reasoning_field(recording: Recording, first: Completion) -> Finding:
    names = sorted(
        {
            name
            for chunk in _chunks(recording)
            for choice in chunk.get("choices") or ()
            for name in ("reasoning_content", "reasoning", "thinking")
            if isinstance(choice, dict) and (choice.get("delta") or {}).get(name)
        }
    )
    if names:
        return Finding("reasoning field", "ok", f"Reasoning comes as {' and '.join(names)}.")
    if first.reasoning:
        return Finding("reasoning field", "unclear", "Reasoning came with a whole answer, but not in the stream.")
    return Finding("reasoning field", "unclear", "No reasoning came; the service may keep it to itself.")


def _chunks(recording: Recording) -> list[dict[str, Any]]:
    chunks = []
    for payload in recording.payloads:
        try:
            chunk = orjson.loads(payload)
        except ValueError:
            continue
        if isinstance(chunk, dict):
            chunks.append(chunk)
    return chunks


async def _effort(client: Client) -> Finding:
    question = "A bat and a ball cost 1.10 together; the bat costs 1 more than the ball. What does the ball cost?"
    lengths = {}
    for effort in ("low", "high"):
        answer = await _ask(client, question, reasoning={"effort": effort}, max_tokens=4 * _ROOM)
        lengths[effort] = len(answer.reasoning) or (answer.usage.completion_tokens if answer.usage else 0)
    told = f"low effort gave {lengths['low']}, high effort {lengths['high']}"
    if lengths["high"] > lengths["low"] * 1.3:
        return Finding("effort", "ok", f"The reasoning follows the effort: {told} characters or tokens.")
    return Finding("effort", "unclear", f"The effort makes no clear difference: {told} characters or tokens.")


async def _tools(client: Client) -> Finding:
    answer = await _ask(client, "What is the weather in Oslo? Use the tool.", tools=[_TOOL])
    if not answer.tool_calls:
        return Finding("tools", "unclear", "A tool was offered and the model answered in text.")
    call = answer.tool_calls[0]
    if call.name != "get_weather" or not _is_object(call.arguments):
        return Finding("tools", "failed", f"The call is not usable: {call.name}({call.arguments[:100]}).")
    return Finding("tools", "ok", f"The model called {call.name}({call.arguments}).")


async def _json_schema(client: Client) -> Finding:
    answer = await _ask(
        client,
        "Name the capital of France as JSON.",
        response_format={"type": "json_schema", "json_schema": _SCHEMA},
    )
    try:
        found = orjson.loads(answer.text)
    except ValueError:
        return Finding("JSON schema", "failed", f"The answer is no JSON: {answer.text[:100]!r}.")
    if isinstance(found, dict) and isinstance(found.get("city"), str):
        return Finding("JSON schema", "ok", f"The answer follows the schema: {answer.text[:100]}")
    return Finding("JSON schema", "failed", f"The answer is JSON but not of the schema: {answer.text[:100]}")


async def _max_tokens(client: Client) -> Finding:
    answer = await _ask(client, "Write a long poem about the sea.", max_tokens=16)
    spent = answer.usage.completion_tokens if answer.usage else None
    if answer.finish_reason == "length" and (spent is None or spent <= 16):
        return Finding("max_tokens", "ok", "16 tokens were asked for and kept to; the finish says “length”.")
    told = "an unknown number of" if spent is None else str(spent)
    return Finding(
        "max_tokens",
        "unclear",
        f"16 tokens were asked for, {told} came; the finish says {answer.finish_reason!r}.",
    )


async def _context(client: Client) -> Finding:
    try:
        await client.record(_question("Say hi."), _values(max_tokens=_FAR_TOO_MUCH))
    except (ContextOverflow, BadRequest) as error:
        limit = re.search(r"(?:limit|length is|<=)\D{0,20}(\d{4,7})", error.detail)
        if limit:
            return Finding("context", "ok", f"The service names its limit: {int(limit[1]):,} tokens.")
        return Finding("context", "unclear", f"Too long an answer is refused without a number ({error.detail}).")
    return Finding(
        "context", "unclear", f"max_tokens of {_FAR_TOO_MUCH:,} was accepted; the window stays unknown."
    )


def _is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except ValueError:
        return False


_QUESTIONS = (
    ("effort", _effort),
    ("tools", _tools),
    ("JSON schema", _json_schema),
    ("max_tokens", _max_tokens),
    ("context", _context),
)
