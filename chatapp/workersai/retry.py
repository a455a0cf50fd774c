"""When a failed attempt is made again. Only before the first token: afterwards nothing is repeated silently."""

import random
from dataclasses import dataclass

from chatapp.workersai.errors import RateLimited, WorkersAIError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """attempts   in all, the first included
    base       seconds; the n-th wait is drawn from 0 to base × 2ⁿ ("full jitter", so that a crowd spreads out)
    cap        the longest wait; an upstream that asks for more is not asked again
    """

    attempts: int = 4
    base: float = 0.5
    cap: float = 20.0

    def wait(self, error: WorkersAIError, attempt: int) -> float | None:
        """Seconds to wait after the `attempt`-th attempt (from 1) failed, or None to give up."""
        if not error.retryable or attempt >= self.attempts:
            return None
        asked = error.retry_after
        if asked is not None and asked > self.cap:
            return None
        # A limit per minute does not clear in half a second.
        base = self.base * 8 if isinstance(error, RateLimited) else self.base
        drawn = random.uniform(0, min(self.cap, base * 2 ** (attempt - 1)))  # noqa: S311 - spreading, not secrecy
        return drawn if asked is None else min(self.cap, asked + drawn / 4)
