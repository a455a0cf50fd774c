"""The command line of this room."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chatapp.accounts.join import find_invitation
from chatapp.accounts.setup import setup_is_open


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def token_of(address):
    return address.rstrip("/").rsplit("/", 1)[-1]


def test_invite_prints_a_link_that_works(db, settings):
    settings.ALLOWED_ORIGINS = ["https://chat.example.org"]
    address = run("invite", "nora@example.org", "--role", "admin")
    assert address.startswith("https://chat.example.org/join/")
    invitation = find_invitation(token_of(address))
    assert (invitation.email, invitation.role, invitation.created_by) == ("nora@example.org", "admin", None)


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("alice@example.org",), ("x@example.org", "--role", "owner")]
)
def test_invite_says_why_not(alice, arguments):
    with pytest.raises(CommandError):
        run("invite", *arguments)


def test_setup_link_prints_a_link_that_works(db):
    assert setup_is_open(token_of(run("setup_link")))


def test_setup_link_says_why_not_once_there_is_a_user(alice):
    with pytest.raises(CommandError, match="There are users already"):
        run("setup_link")
