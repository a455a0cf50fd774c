import pytest

from chatapp.audit import actions
from chatapp.audit.actions import action


@pytest.fixture(scope="session", autouse=True)
def a_deed():
    """An action of these tests alone."""
    code = action("test.deed", "Something was tried")
    yield code
    actions._known.pop(code)
