"""The counts of one answer, out of usage objects that repeat, add up or come as zeros.

Three behaviours are known. Totals come once or twice at the end, the second time perhaps as zeros; or each
chunk carries its own share, and a last `{"response": "", "usage": …}` repeats the sum; or each chunk carries
the total so far (vLLM's continuous usage). So: the tail if there was one; else the end's totals, unless they
are a share too; else the sum of the shares, or the largest of the running totals.
"""

from collections.abc import Mapping
from typing import Any

from chatapp.workersai.events import Usage

Counts = tuple[int, int, int | None, float | None]  # prompt, completion, cached, neurons

_NOTHING: Counts = (0, 0, None, None)


class UsageTally:
    def __init__(self) -> None:
        self._tail = _NOTHING
        self._end = _NOTHING
        self._sum = _NOTHING
        self._most = _NOTHING
        self._chunks = 0
        self._same_prompt: int | None = None  # the prompt count of every chunk so far, 0 once they differ

    def chunk(self, usage: Mapping[str, Any]) -> None:
        """Usage beside a piece of the answer. May come with every token, so it is kept short."""
        counts = prompt, completion, cached, neurons = _counts(usage)
        before = self._sum
        self._sum = (
            before[0] + prompt,
            before[1] + completion,
            before[2] if cached is None else cached + (before[2] or 0),
            before[3] if neurons is None else neurons + (before[3] or 0),
        )
        self._chunks += 1
        if prompt == self._same_prompt:
            if prompt:
                self._most = _larger(self._most, counts)
        elif self._chunks == 1:
            self._same_prompt, self._most = prompt, counts
        else:
            self._same_prompt = 0

    def end(self, usage: Mapping[str, Any]) -> None:
        """Usage beside a finish reason, or in a chunk without choices."""
        self._end = _larger(self._end, _counts(usage))

    def tail(self, usage: Mapping[str, Any]) -> None:
        """Usage in the native last event, or beside a whole answer."""
        self._tail = _larger(self._tail, _counts(usage))

    def total(self, neurons: float | None = None) -> Usage | None:
        """The counts of the answer, None if nothing was counted. `neurons`: of a header, if no body told them."""
        prompt, completion, cached, counted = self._best()
        if not prompt and not completion:
            return None
        if cached is not None:
            cached = min(max(cached, 0), prompt)
        return Usage(prompt, completion, prompt + completion, cached, neurons if counted is None else counted)

    def _best(self) -> Counts:
        if self._tail[0] or self._tail[1]:
            return self._tail
        # The same prompt count in chunk after chunk is a running total, not a share.
        running = self._chunks > 1 and bool(self._same_prompt)
        so_far = self._most if running else self._sum
        if self._end[0] >= so_far[0] and self._end[1] >= so_far[1]:
            return self._end
        return _larger(so_far, self._end) if running else _add(so_far, self._end)


def _counts(usage: Mapping[str, Any]) -> Counts:
    prompt = usage.get("prompt_tokens")
    completion = usage.get("completion_tokens")
    details = usage.get("prompt_tokens_details")
    if prompt is None and completion is None:
        prompt, completion = usage.get("input_tokens"), usage.get("output_tokens")
        details = usage.get("input_tokens_details")
    neurons = usage.get("neurons")
    return (
        prompt if type(prompt) is int and 0 <= prompt < _MOST else _count(prompt) or 0,
        completion if type(completion) is int and 0 <= completion < _MOST else _count(completion) or 0,
        None if details is None else _cached(details),
        neurons if type(neurons) is float and 0 <= neurons < _MOST else _count(neurons),
    )


_MOST = 10**12


def _count(value: Any) -> int | None:
    return int(value) if type(value) in (int, float) and 0 <= value < _MOST else None


def _cached(details: Any) -> int | None:
    return _count(details.get("cached_tokens")) if isinstance(details, Mapping) else None


def _add(a: Counts, b: Counts) -> Counts:
    return a[0] + b[0], a[1] + b[1], _either(a[2], b[2], sum), _either(a[3], b[3], sum)


def _larger(a: Counts, b: Counts) -> Counts:
    return max(a[0], b[0]), max(a[1], b[1]), _either(a[2], b[2], max), _either(a[3], b[3], max)


def _either(a: Any, b: Any, join: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
    return join((a, b))
