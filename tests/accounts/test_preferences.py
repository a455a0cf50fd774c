"""What a member chooses for the page."""

import json

import pytest

from chatapp.accounts.prefer import prefer


def keep(client, told):
    return client.post("/me/shortcuts/", {"shortcuts": told if isinstance(told, str) else json.dumps(told)})


def test_shortcuts_are_kept_and_come_with_the_page(client, alice):
    client.force_login(alice)
    prefer(alice.pk, other=1)
    chosen = {"off": True, "keys": {"chat.new": "mod+alt+n", "sidebar.toggle": "", "help": "alt+é"}}
    assert keep(client, chosen).status_code == 204
    alice.refresh_from_db()
    assert alice.preferences == {"other": 1, "shortcuts": chosen}
    assert "mod+alt+n" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "told",
    [
        "",
        "{",
        "[]",
        "null",
        {"off": 1, "keys": {}},
        {"off": False, "keys": []},
        {"off": False, "keys": {"a": 1}},
        {"off": False, "keys": {"a": "x" * 61}},
        {"off": False, "keys": {str(n): "a" for n in range(201)}},
        {"off": False, "keys": {"a": "\x00"}},
        {"off": False, "keys": {"a\x00": "b"}},
        {"off": False, "keys": {"a": "mod+\x1f"}},
        {"off": False, "keys": {"a": "\ud800"}},
    ],
)
def test_other_shapes_are_refused_in_words_and_change_nothing(client, alice, told):
    client.force_login(alice)
    refused = keep(client, told)
    assert refused.status_code == 422
    assert "Reload the page" in refused.json()["error"]
    alice.refresh_from_db()
    assert alice.preferences == {}


def test_nobody_else_can_choose(client, alice):
    assert keep(client, {"off": True, "keys": {}}).status_code in (302, 401)
    alice.refresh_from_db()
    assert alice.preferences == {}
