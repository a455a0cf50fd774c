"""Under a storm of failures the upstream is left alone for a while, and people get an answer at once."""

import time
from collections import deque
from collections.abc import Callable

from chatapp.workersai.errors import Interrupted, Timeout, Unavailable, WorkersAIError
from chatapp.workersai.words import translatable

RESTS = translatable(
    "The model's service has not been answering. It is tried again automatically; "
    "try again in %(seconds)s seconds."
)


class Circuit:
    """Closed: everything passes. It opens when, of the calls in the last `window` seconds, at least `failures`
    failed and these are the majority. Open: nothing passes for `rest` seconds, doubled each time up to
    `longest_rest`. Then half-open: one call passes; its success closes the circuit, its failure opens it anew.

    Only failures to get an answer count; a refusal (429, bad request) is an answer.
    """

    def __init__(
        self,
        *,
        failures: int = 8,
        window: float = 30,
        rest: float = 5,
        longest_rest: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures = failures
        self._window = window
        self._rest = self._first_rest = rest
        self._longest_rest = longest_rest
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque(maxlen=1000)  # when, whether it failed
        self._open_until: float | None = None
        self._probe_until = 0.0  # a probe that never reports back must not keep the circuit half-open

    @property
    def state(self) -> str:
        """ "closed", "open" or "half-open"."""
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half-open"

    def check(self) -> None:
        """Raises Unavailable while the circuit is open, and for all but one call while it is half-open."""
        if self._open_until is None:
            return
        now = self._clock()
        left = max(self._open_until, self._probe_until) - now
        if left > 0:
            refused = Unavailable(
                "the circuit is open after many failures",
                sentence=RESTS % {"seconds": max(1, round(left))},
                retry_after=left,
            )
            refused.retryable = False
            raise refused
        self._probe_until = now + self._first_rest

    def succeeded(self) -> None:
        self._calls.append((self._clock(), False))
        if self._open_until is not None:
            self._calls.clear()
            self._open_until, self._probe_until, self._rest = None, 0.0, self._first_rest

    def failed(self, error: WorkersAIError) -> None:
        """An attempt ended in `error`."""
        if not isinstance(error, Unavailable | Timeout | Interrupted):
            self.succeeded()
            return
        now = self._clock()
        self._calls.append((now, True))
        if self._open_until is not None:
            if now >= self._open_until:
                self._rest = min(self._rest * 2, self._longest_rest)
                self._open(now)
            return
        while self._calls and self._calls[0][0] < now - self._window:
            self._calls.popleft()
        failures = sum(failed for _, failed in self._calls)
        if failures >= self._failures and failures * 2 > len(self._calls):
            self._open(now)

    def _open(self, now: float) -> None:
        self._open_until, self._probe_until = now + self._rest, 0.0
