"""The people of the tests, the same in every room."""

import pytest

from chatapp.accounts.models import Role, User

PASSWORD = "correct horse battery"


def somebody(name: str, role: str = Role.MEMBER) -> User:
    """A saved active user <name>@example.org with PASSWORD."""
    return User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name, role=role)


@pytest.fixture
def alice(db) -> User:
    """Alice, a member: the one who asks."""
    return somebody("Alice")


@pytest.fixture
def bob(db) -> User:
    """Bob, a member: must never see or touch what is Alice's."""
    return somebody("Bob")


@pytest.fixture
def rita(db) -> User:
    """Rita, a reviewer: reads the team's conversations where she may, changes nothing."""
    return somebody("Rita", Role.REVIEWER)


@pytest.fixture
def ada(db) -> User:
    """Ada, an administrator: manages members and defaults, reads nobody's conversations."""
    return somebody("Ada", Role.ADMIN)


@pytest.fixture
def eddi(db) -> User:
    """Eddi, a prompt editor: writes and publishes prompts, reads nobody's conversations."""
    return somebody("Eddi", Role.EDITOR)
