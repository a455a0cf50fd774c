import pytest

from tests.server.process import Database

from . import ground as place
from .ground import Ground, manage


@pytest.fixture(scope="session")
def filled(django_db_blocker):
    """Tables with a few weeks of a team in them, made once."""
    place.blocker[:] = [django_db_blocker]
    database = Database(empty=True)
    for command in (("migrate", "-v0"), ("demo", "--size", "300", "--days", "20")):
        done = manage(database, *command)
        assert done.returncode == 0, done.stderr
    yield database
    database.close()


@pytest.fixture
def ground(filled):
    made = Ground(filled)
    yield made
    made.close()


@pytest.fixture
def sqlite_ground(ground):
    if ground.is_postgres:
        pytest.skip("of SQLite")
    return ground


@pytest.fixture
def postgres_ground(ground):
    if not ground.is_postgres:
        pytest.skip("of PostgreSQL")
    return ground
