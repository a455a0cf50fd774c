"""Asynchronous batches (queueRequest=true): queued, then running, then the answers, one step per poll.

Whether the real gpt-oss-20b takes them is open: its catalogue entry lacks the property that models with
batches have. So the stand-in refuses by default and accepts when it is told to.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from . import refusals

KEPT = 100
_STEPS = ("queued", "running")


class Batches:
    """The batches taken, by request id; the oldest are forgotten beyond ``KEPT``."""

    def __init__(self) -> None:
        self._polls: OrderedDict[str, list[Any]] = OrderedDict()

    def take(self, requests: object, model: str) -> dict[str, Any]:
        """Queues the requests; returns the result to send."""
        if not isinstance(requests, list) or not all(isinstance(r, dict) for r in requests):
            raise refusals.bad_input(["Type mismatch of '/requests', 'object' not in 'array'"])
        request_id = str(uuid.uuid4())
        self._polls[request_id] = [0, requests]
        if len(self._polls) > KEPT:
            self._polls.popitem(last=False)
        return {"status": "queued", "request_id": request_id, "model": model}

    def poll(self, request_id: object, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """The state of a batch; ``answer`` gives the result of one request or raises Refusal."""
        batch = self._polls.get(str(request_id))
        if batch is None:
            raise refusals.envelope(400, 5004, f"AiError: no batch with request_id {request_id}")
        polls, requests = batch
        batch[0] += 1
        if polls < len(_STEPS):
            return {"status": _STEPS[polls], "request_id": request_id}
        return {"responses": [_one(i, request, answer) for i, request in enumerate(requests)]}


def _one(
    index: int, request: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    reference = {k: v for k, v in request.items() if k == "external_reference"}
    asked = {k: v for k, v in request.items() if k != "external_reference"}
    try:
        return {"id": index, "result": answer(asked), "success": True, **reference}
    except refusals.Refusal as refusal:
        return {"id": index, "result": {}, "success": False, "error": refusal.body.decode(), **reference}
