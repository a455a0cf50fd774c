"""One server and one stand-in for all tests that do not end theirs."""

import os

import pytest

from chatapp.standin import launch
from tests.server.process import Database, ServeProcess

from .peek import Peek
from .people import Person, let_in
from .redis import Redis
from .upstream import Upstream

# Short timeouts, so that a model that hangs is given up within a test; room for many streams of one person.
QUICK = {
    "MODEL_FIRST_TOKEN_TIMEOUT": "3",
    "MODEL_BETWEEN_TOKENS_TIMEOUT": "1.5",
    "MAX_RUNNING_PER_MEMBER": "200",
    "DATABASE_POOL": "8",
}


@pytest.fixture(scope="session")
def standin():
    with launch.start() as running:
        yield running


@pytest.fixture
def upstream(standin) -> Upstream:
    return Upstream(standin.url)


@pytest.fixture(scope="session")
def environment(standin) -> dict[str, str]:
    """What every server of these tests is started with."""
    return QUICK | {"STANDIN_URL": standin.url}


@pytest.fixture(scope="session")
def house(environment):
    """The server of the tests that leave it running, with the people in it."""
    with ServeProcess(env=environment) as server:
        server.people = let_in(server)
        yield server
        assert "Traceback" not in server.output, server.output[-20_000:]


@pytest.fixture
def peek(house) -> Peek:
    return Peek(house.database)


@pytest.fixture
async def people(house):
    """`people("alice")`, signed in at the house, with a session from the start of the tests."""
    made: list[Person] = []

    def person(name: str, server: ServeProcess | None = None) -> Person:
        made.append(Person(server or house, **house.people[name]))
        return made[-1]

    yield person
    for one in made:
        await one.close()


@pytest.fixture
async def alice(people) -> Person:
    return people("alice")


@pytest.fixture
async def bob(people) -> Person:
    return people("bob")


@pytest.fixture
async def ada(people) -> Person:
    return people("ada")


@pytest.fixture(scope="module")
def doorbell():
    """What servers that share a database need: that of REDIS_URL, else a Redis of their own."""
    redis = None if os.environ.get("REDIS_URL") else Redis()
    yield {"REDIS_PREFIX": f"pair-{os.getpid()}"} | ({"REDIS_URL": redis.url} if redis else {})
    if redis:
        redis.kill()


@pytest.fixture(scope="module")
def pair(environment, doorbell):
    """Two servers on one database, with a doorbell between them."""
    database = Database()
    env = environment | doorbell
    try:
        with ServeProcess(env=env, database=database) as one, ServeProcess(env=env, database=database) as two:
            one.people = two.people = let_in(one)
            yield one, two
            for server in (one, two):
                assert "Traceback" not in server.output, server.output[-20_000:]
    finally:
        database.close()
