"""What is below goes away and comes back: the disk, PostgreSQL, Redis. Nothing painted is lost."""

import asyncio
import contextlib
import resource
import uuid
from pathlib import Path

import psutil
import pytest

from tests.server.process import Database, ServeProcess

from .peek import Peek
from .people import Person, Refusal, let_in
from .postgres import Postgres
from .redis import Redis


@contextlib.contextmanager
def no_room(server: ServeProcess, database: Database):
    """No file of the server may grow: what a full disk does to it, without filling one."""
    largest = max(path.stat().st_size for path in Path(database.data_dir).glob("*.sqlite3*"))
    for process in server.workers():
        process.rlimit(psutil.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    yield
    for process in server.workers():
        process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def held(tab) -> str | None:
    """What the tab was last told of storing."""
    return next((frame["why"] for frame in reversed(tab.frames) if frame["t"] == "held"), None)


def words_after(tab, seen: int) -> int:
    """How often words have come since the tab had so many frames."""
    return sum(frame["t"] == "grew" for frame in tab.frames[seen:])


def is_beginning(painted: list, stored: list) -> bool:
    return stored[: len(painted)] == painted


async def test_on_a_full_disk_answers_wait_and_go_on_when_there_is_room(environment, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database = Database(empty=True)
    try:
        with ServeProcess(env=environment, database=database) as server:
            alice, peek = Person(server, **let_in(server)["alice"]), Peek(database)
            told = await alice.send("[[standin tokens=1500 rate=250 reasoning=0]]")
            reply, conversation = told["reply"], told["conversation"]
            async with alice.tab() as tab:
                await tab.watch(conversation)
                await tab.until(lambda: len(tab.logs.get(reply, ())) > 3)
                with no_room(server, database):
                    await tab.until(lambda: held(tab) == "disk")
                    painted = list(tab.logs[reply])
                    assert is_beginning(painted, peek.log(reply))
                    # Nothing is taken that cannot be kept, and the page is told why.
                    with pytest.raises(Refusal, match=r"503.*disk"):
                        await alice.send("and this?", conversation)
                    assert reply in await alice.page(f"/c/{conversation}/")  # what is stored can be read
                    await asyncio.sleep(12)  # longer than a lease
                    assert tab.logs[reply] == painted
                await tab.until(lambda: held(tab) is None, 10)
                assert (await tab.until_end(reply))["state"] == "complete"
                assert tab.logs[reply] == peek.log(reply)
                assert is_beginning(painted, tab.logs[reply])
            again = await alice.send("and now? [[standin tokens=5]]", conversation)
            assert (await alice.ended(again["reply"]))["state"] == "complete"
            assert "disk" in server.output
            assert "Traceback" not in server.output, server.output[-20_000:]
            await alice.close()
    finally:
        database.close()


async def test_when_postgresql_comes_back_answers_go_on_and_pages_are_there(environment, monkeypatch):
    postgres = Postgres()
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    database = Database(empty=True)
    try:
        with ServeProcess(env=environment, database=database) as server:
            alice, peek = Person(server, **let_in(server)["alice"]), Peek(database)
            tabs, replies = [], []
            for _ in range(6):
                told = await alice.send("[[standin tokens=600 rate=100 reasoning=0]]")
                tab = alice.tab()
                await tab.open(told["conversation"])
                tabs.append(tab)
                replies.append(told["reply"])
            for tab, reply in zip(tabs, replies, strict=True):
                await tab.until(lambda tab=tab, reply=reply: len(tab.logs.get(reply, ())) > 3)
            postgres.stop()
            painted = [list(tab.logs[reply]) for tab, reply in zip(tabs, replies, strict=True)]
            press = str(uuid.uuid4())
            with pytest.raises(Refusal, match=r"503.*database"):
                await alice.send("while it is away [[standin tokens=5]]", ask=press)
            page = await alice.http.get("/", headers={"Accept": "text/html"})
            assert (page.status_code, page.headers["Retry-After"]) == (503, "3")
            assert "The database does not answer" in page.text
            await tabs[0].until(lambda: held(tabs[0]) == "away")
            postgres.start()
            for tab, reply, before in zip(tabs, replies, painted, strict=True):
                assert (await tab.until_end(reply))["state"] == "complete"
                assert is_beginning(before, peek.log(reply))
                assert tab.logs[reply] == peek.log(reply)
            again = await alice.send("again [[standin tokens=5]]", ask=press)
            assert (await alice.ended(again["reply"]))["state"] == "complete"
            # More pages than the pool has connections, of which none may be a dead one.
            await asyncio.gather(*[alice.page("/") for _ in range(12)])
            assert "Traceback" not in server.output, server.output[-20_000:]
            for tab in tabs:
                await tab.leave()
            await alice.close()
    finally:
        postgres.close()  # and the database with it


async def test_when_redis_comes_back_the_bell_rings_again(environment):
    redis = Redis()
    database = Database()
    env = environment | {"REDIS_URL": redis.url, "REDIS_PREFIX": "returning"}
    try:
        with (
            ServeProcess(env=env, database=database) as one,
            ServeProcess(env=env, database=database) as two,
        ):
            alice = Person(one, **let_in(one)["alice"])
            there = alice.at(two)
            told = await alice.send("[[standin tokens=900 rate=60 reasoning=0]]")
            async with there.tab() as tab:
                await tab.watch(told["conversation"])
                await tab.until(lambda: tab.logs.get(told["reply"]))
                redis.stop()
                await tab.until(lambda: len(tab.logs[told["reply"]]) > 60)  # rows are looked at without a ring
                redis.start()
                # A bell that rings brings the words some ten times a second, the look every two seconds.
                seen = len(tab.frames)
                await tab.until(lambda: words_after(tab, seen) >= 20, 5)
                assert (await tab.until_end(told["reply"]))["state"] == "complete"
                assert tab.logs[told["reply"]] == Peek(database).log(told["reply"])
            await alice.close()
            await there.close()
    finally:
        database.close()
        redis.kill()
