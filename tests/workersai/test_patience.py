"""Retry policy, circuit and watchdog, by their own clocks."""

import asyncio

import pytest

from chatapp.workersai import errors
from chatapp.workersai.circuit import Circuit
from chatapp.workersai.retry import RetryPolicy
from chatapp.workersai.watchdog import Watchdog


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def storm(circuit, failures, error=None):
    for _ in range(failures):
        circuit.check()
        circuit.failed(error or errors.Unavailable())


# Retries


def test_waits_grow_and_are_spread():
    policy = RetryPolicy(attempts=10, base=1, cap=20)
    for attempt in range(1, 10):
        waits = {policy.wait(errors.Busy(), attempt) for _ in range(50)}
        assert max(waits) <= min(20, 2 ** (attempt - 1))
        assert len(waits) > 40


def test_the_last_attempt_is_not_followed_by_a_wait():
    assert RetryPolicy(attempts=3).wait(errors.Busy(), 3) is None


@pytest.mark.parametrize(
    "kind",
    [
        errors.DailyQuota,
        errors.Authentication,
        errors.BadRequest,
        errors.NoSuchModel,
        errors.ContextOverflow,
        errors.Interrupted,
    ],
)
def test_what_does_not_pass_by_itself_is_not_waited_for(kind):
    assert RetryPolicy().wait(kind(), 1) is None


def test_a_wait_asked_for_is_kept_with_a_little_spread():
    waits = [RetryPolicy(base=1).wait(errors.RateLimited(retry_after=5), 1) for _ in range(50)]
    assert 5 <= min(waits) <= max(waits) <= 7


def test_a_wait_beyond_the_cap_is_not_begun():
    assert RetryPolicy(cap=20).wait(errors.RateLimited(retry_after=21), 1) is None


# Circuit


def test_a_few_failures_do_not_open_it():
    circuit = Circuit(failures=5, clock=Clock())
    storm(circuit, 4)
    assert circuit.state == "closed"


def test_a_storm_opens_it():
    circuit = Circuit(failures=5, clock=Clock())
    storm(circuit, 5)
    assert circuit.state == "open"
    with pytest.raises(errors.Unavailable) as caught:
        circuit.check()
    assert not caught.value.retryable, "an open circuit answers at once"
    assert caught.value.retry_after > 0


def test_failures_among_many_successes_do_not_open_it():
    circuit = Circuit(failures=5, clock=Clock())
    for _ in range(20):
        circuit.succeeded()
    storm(circuit, 8)
    assert circuit.state == "closed"


def test_failures_spread_over_a_long_time_do_not_open_it():
    clock = Clock()
    circuit = Circuit(failures=5, window=30, clock=clock)
    for _ in range(10):
        storm(circuit, 1)
        clock.now += 10
    assert circuit.state == "closed"


@pytest.mark.parametrize("kind", [errors.RateLimited, errors.BadRequest, errors.DailyQuota, errors.Busy])
def test_a_refusal_is_an_answer(kind):
    circuit = Circuit(failures=3, clock=Clock())
    storm(circuit, 10, kind())
    assert circuit.state == "closed"


def test_half_open_lets_one_call_through_and_its_success_closes_it():
    clock = Clock()
    circuit = Circuit(failures=3, rest=5, clock=clock)
    storm(circuit, 3)
    clock.now += 5
    assert circuit.state == "half-open"
    circuit.check()
    with pytest.raises(errors.Unavailable):
        circuit.check()
    circuit.succeeded()
    assert circuit.state == "closed"
    circuit.check()
    circuit.check()


def test_a_failed_probe_opens_it_for_longer_up_to_a_limit():
    clock = Clock()
    circuit = Circuit(failures=3, rest=5, longest_rest=15, clock=clock)
    storm(circuit, 3)
    for rest in (10, 15, 15):
        while circuit.state == "open":
            clock.now += 1
        storm(circuit, 1)
        clock.now += rest - 0.5
        assert circuit.state == "open"
        clock.now += 1
        assert circuit.state == "half-open"


def test_a_probe_that_never_reports_back_does_not_block_for_ever():
    clock = Clock()
    circuit = Circuit(failures=3, rest=5, clock=clock)
    storm(circuit, 3)
    clock.now += 5
    circuit.check()
    clock.now += 5
    circuit.check()


def test_a_late_failure_of_an_old_call_does_not_prolong_an_open_circuit():
    clock = Clock()
    circuit = Circuit(failures=3, rest=5, clock=clock)
    storm(circuit, 3)
    circuit.failed(errors.Unavailable())
    clock.now += 5
    assert circuit.state == "half-open"


# Watchdog


async def test_it_bites_once_the_deadline_has_passed():
    with Watchdog() as dog:
        dog.deadline = asyncio.get_running_loop().time() + 0.05
        with pytest.raises(errors.Timeout):
            await dog.guard(asyncio.sleep(5))


async def test_it_can_be_used_again_after_it_bit():
    with Watchdog() as dog:
        for _ in range(2):
            dog.deadline = asyncio.get_running_loop().time() + 0.02
            with pytest.raises(errors.Timeout):
                await dog.guard(asyncio.sleep(5))
        dog.deadline = asyncio.get_running_loop().time() + 5
        assert await dog.guard(asyncio.sleep(0.01, "done")) == "done"


async def test_a_deadline_that_moves_on_keeps_it_quiet():
    loop = asyncio.get_running_loop()
    with Watchdog() as dog:
        for _ in range(10):
            dog.deadline = loop.time() + 0.2
            await dog.guard(asyncio.sleep(0.05))


async def test_it_does_not_bite_outside_a_guard():
    with Watchdog() as dog:
        dog.deadline = asyncio.get_running_loop().time() + 0.02
        await dog.guard(asyncio.sleep(0))
        await asyncio.sleep(0.1)


async def test_a_cancellation_from_outside_stays_one():
    async def guarded():
        with Watchdog() as dog:
            dog.deadline = asyncio.get_running_loop().time() + 5
            await dog.guard(asyncio.sleep(5))

    task = asyncio.create_task(guarded())
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
