"""Lines that break: a thousand times, at random, and nothing is lost or doubled."""

import asyncio
import random

import pytest

STREAMS = 25
BREAKS = 40  # of each


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_thousand_random_disconnects_lose_and_double_nothing(alice, peek):
    chance = random.Random(1000)

    async def one(n: int) -> tuple[str, list, int]:
        told = await alice.send(f"{n} [[standin tokens=1200 rate=100 reasoning=100]]")
        tab = alice.tab()
        broken = 0
        for _ in range(BREAKS):
            await tab.open(told["conversation"])
            await asyncio.sleep(chance.uniform(0, 0.25))
            await tab.leave(abruptly=chance.random() < 0.7)
            broken += 1
            await asyncio.sleep(chance.uniform(0, 0.15))
        await tab.open(told["conversation"])
        await tab.until_end(told["reply"], 120)
        await tab.leave()
        return told["reply"], tab.logs[told["reply"]], broken

    results = await asyncio.gather(*[one(n) for n in range(STREAMS)])
    assert sum(broken for _, _, broken in results) == STREAMS * BREAKS == 1000
    for reply, log, _ in results:
        assert log == peek.log(reply)
        assert [seq for seq, _, _ in log] == list(range(1, len(log) + 1))
        assert log[-1][2]["state"] == "complete"
        text = "".join(data for _, kind, data in log if kind == "text")
        assert peek.text(reply)[0] == text
        assert peek.reply(reply)["last_seq"] == len(log)


async def test_watching_and_unwatching_at_random_loses_nothing(alice, peek):
    chance = random.Random(7)
    one, two = [await alice.send(f"{n} [[standin tokens=300 rate=100]]") for n in range(2)]
    async with alice.tab() as tab:
        for _ in range(15):  # below the twenty words a second that a tab may say
            await tab.watch(chance.choice([one, two])["conversation"])
            await asyncio.sleep(chance.uniform(0.06, 0.2))
        for told in (one, two):
            await tab.watch(told["conversation"])
            await tab.until_end(told["reply"])
            assert tab.logs[told["reply"]] == peek.log(told["reply"])
