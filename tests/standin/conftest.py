"""One stand-in for all of these tests, unpaced unless a test asks for a rate."""

from collections.abc import Iterator

import pytest

from chatapp.standin import launch

from .wire import Wire


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    with launch.start("--rate", "0") as running:
        yield Wire(running.url)
