"""One request to one reply: checks in the order Cloudflare has them, faults where they were asked for."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson

from . import ask as asks
from . import checks, faults, refusals, routes, shapes
from .batch import Batches
from .directives import Directives
from .directives import read as read_directives
from .refusals import Refusal
from .script import Script, write
from .streams import DONE, ORDERS, OpenAI

WRONG_TOKEN = "wrong"  # noqa: S105 - the one token that is refused, so that a refusal can be shown
_TRIES_KEPT = 10_000
_VARIANT = {"run": "run", "unified": "run", "chat": "v1", "plain": "openai"}


@dataclass(frozen=True, slots=True)
class Options:
    """How this server was started: ``rate`` in tokens/s, the ``models`` it knows, ``window`` in tokens."""

    rate: float = 60.0
    models: tuple[str, ...] = (routes.FULL, routes.SHORT)
    batch: str = "refuse"
    window: int = refusals.CONTEXT_WINDOW


@dataclass(frozen=True, slots=True)
class Whole:
    """A reply in one piece, ``delay`` seconds after the request. status 0: close the connection instead."""

    status: int
    body: bytes
    content_type: str = "application/json"
    delay: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Streamed:
    """A reply in frames (see ``streams``) at ``rate`` tokens/s; its head comes after ``delay`` seconds."""

    frames: faults.Frames
    rate: float
    delay: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


Reply = Whole | Streamed


class Answering:
    """Answers requests; remembers batches and the tries of counted faults."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._batches = Batches()
        self._tries: OrderedDict[bytes, int] = OrderedDict()

    def answer(self, target: str, headers: dict[str, str], raw: bytes) -> Reply:
        """The reply to a POST. ``headers`` with lower-case names."""
        directives = Directives()
        try:
            route = routes.find(target)
            self._authorise(route, headers.get("authorization", ""))
            try:
                body = orjson.loads(raw)
            except ValueError:
                raise refusals.envelope(
                    400, 5004, "AiError: invalid data: the body is not JSON", result={}
                ) from None
            directives = read_directives(_said(body), headers.get("x-standin", ""))
            return self._answer(route, body, directives, headers, raw)
        except Refusal as refusal:
            return _refused(refusal, directives, delay=directives.head)

    def _authorise(self, route: routes.Route, authorization: str) -> None:
        if route.speaks == "plain":
            return
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip() or token.strip() == WRONG_TOKEN:
            raise refusals.authentication()

    def _answer(
        self, route: routes.Route, body: Any, directives: Directives, headers: dict[str, str], raw: bytes
    ) -> Reply:
        struck = self._striking(directives, raw + headers.get("x-standin", "").encode())
        if "refuse" in struck:
            return Whole(0, b"", delay=directives.head)
        refusal = faults.refused(struck)
        if refusal is not None:
            delay = directives.head
            if "slow-timeout" in struck:
                delay += 2.0 if directives.lasting is None else directives.lasting
            return _refused(refusal, directives, delay)
        model, body = self._model(route, body)
        if route.queued or (isinstance(body, dict) and "request_id" in body):
            return self._batch(body, model, directives)
        form = checks.form_of(body)
        if route.speaks == "responses" and form != "input":
            raise refusals.bad_input(["required properties at '/' are 'input'"])
        checks.combinations(body, form, model)
        ask = asks.read(body, form, model)
        checks.room(ask, self.options.window)
        script = faults.rewritten(write(ask, directives), struck, _first_tool(ask))
        if ask.stream and form != "input" and not struck & {"json", "json-empty", "failed-200"}:
            return self._streamed(route, body, ask, script, directives, struck)
        return _whole(route, ask, script, directives, struck)

    def _striking(self, directives: Directives, key: bytes) -> set[str]:
        """The faults that strike this try: a counted one only the first times of the same request."""
        if not any(directives.faults.values()):
            return set(directives.faults)
        digest = hashlib.blake2b(key, digest_size=16).digest()
        tries = self._tries.get(digest, 0) + 1
        self._tries[digest] = tries
        self._tries.move_to_end(digest)
        if len(self._tries) > _TRIES_KEPT:
            self._tries.popitem(last=False)
        return {name for name, times in directives.faults.items() if times is None or tries <= times}

    def _model(self, route: routes.Route, body: Any) -> tuple[str, Any]:
        """The model asked and the body that is for it."""
        if route.speaks == "run":
            model = route.model
        else:
            model = body.get("model", "") if isinstance(body, dict) else ""
            if route.speaks == "unified":
                body = body.get("input") if isinstance(body, dict) else body
        if route.speaks != "plain" and model not in self.options.models:
            raise refusals.no_such_model(str(model))
        return str(model) or routes.SHORT, body

    def _batch(self, body: Any, model: str, directives: Directives) -> Reply:
        if (directives.batch or self.options.batch) != "accept" and not (
            isinstance(body, dict) and "request_id" in body
        ):
            raise refusals.bad_input([f"model {model} does not support asynchronous requests"])
        if not isinstance(body, dict) or not ("requests" in body or "request_id" in body):
            raise refusals.bad_input(["required properties at '/' are 'requests'"])
        if "request_id" in body:
            result = self._batches.poll(body["request_id"], lambda request: self._batched(request, model))
        else:
            result = self._batches.take(body["requests"], model)
        return Whole(200, orjson.dumps(shapes.envelope(result)), headers=_headers())

    def _batched(self, request: dict[str, Any], model: str) -> dict[str, Any]:
        form = checks.form_of(request)
        checks.combinations(request, form, model)
        ask = asks.read(request, form, model)
        checks.room(ask, self.options.window)
        directives = read_directives(ask.question, "")
        return shapes.whole(write(ask, directives), ask, directives)

    def _streamed(
        self,
        route: routes.Route,
        body: dict[str, Any],
        ask: asks.Ask,
        script: Script,
        directives: Directives,
        struck: set[str],
    ) -> Reply:
        order = ORDERS[directives.variant or _VARIANT[route.speaks]](script, directives, ask.model)
        if isinstance(order, OpenAI):
            order.include_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        frames: faults.Frames = iter([DONE]) if "empty" in struck else order.frames()
        frames = faults.framed(faults.spoiled(frames, struck, directives), struck)
        rate = self.options.rate if directives.rate is None else directives.rate
        return Streamed(frames, rate, directives.head, _headers())


def _first_tool(ask: asks.Ask) -> str | None:
    return ask.tools[0]["name"] if ask.tools else None


def _said(body: Any) -> str:
    """The last user message of any form of body, where directives stand."""
    if not isinstance(body, dict):
        return ""
    for name in ("messages", "input"):
        given = body.get(name)
        if isinstance(given, dict):
            return _said(given)
        if isinstance(given, list):
            users = [m for m in given if isinstance(m, dict) and m.get("role") == "user"]
            content = users[-1].get("content") if users else ""
            if isinstance(content, list):
                return "".join(str(p.get("text", "")) for p in content if isinstance(p, dict))
            return content if isinstance(content, str) else ""
        if isinstance(given, str):
            return given
    prompt = body.get("prompt")
    return prompt if isinstance(prompt, str) else ""


def _headers(neurons: float | None = None) -> tuple[tuple[str, str], ...]:
    """What Cloudflare adds. The neurons are only known when the answer is whole."""
    found = (("cf-ray", f"{secrets.token_hex(8)}-LOC"), ("cf-ai-req-id", secrets.token_hex(16)))
    return found if neurons is None else (*found, ("cf-ai-neurons", f"{neurons:.2f}"))


def _refused(refusal: Refusal, directives: Directives, delay: float) -> Whole:
    headers = _headers()
    if directives.retry is not None:
        headers = (*headers, ("retry-after", f"{directives.retry:g}"))
    return Whole(refusal.status, refusal.body, refusal.content_type, delay, headers)


def _whole(route: routes.Route, ask: asks.Ask, script: Script, directives: Directives, struck: set[str]) -> Whole:
    if "empty" in struck:
        script = Script([], [], [], None, script.prompt_tokens)
    result: Any = shapes.whole(script, ask, directives)
    if "object" in struck:
        result = {"response": {"answer": "".join(script.text)}, "usage": script.usage()}
    if "parts" in struck and "choices" in result:
        message = result["choices"][0]["message"]
        message["content"] = [{"type": "text", "text": message["content"] or ""}]
    if "json-empty" in struck:
        result = {}
    body = result if route.speaks in ("chat", "responses", "plain") else shapes.envelope(result)
    if "failed-200" in struck:
        error = {"code": 3040, "message": "Capacity temporarily exceeded, please try again."}
        body = {"result": None, "success": False, "errors": [error], "messages": []}
    delay = directives.head + directives.first
    headers = _headers(script.neurons)
    return Whole(200, orjson.dumps(body), delay=delay, headers=headers, tokens=script.completion_tokens)
