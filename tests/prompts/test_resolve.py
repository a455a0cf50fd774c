import pytest
from django.db import IntegrityError, transaction

from chatapp.prompts import defaults
from chatapp.prompts.models import Defaults
from chatapp.prompts.resolve import defaults_of, resolve, team_defaults


def test_nothing_set_is_nothing_said(alice):
    resolved = resolve({}, alice)
    assert (resolved.values, resolved.origins) == ({}, {})


def test_the_chat_wins_over_mine_and_mine_over_the_teams(alice, bob):
    defaults.keep({"seed": 1, "top_k": 1, "top_p": 0.1})
    defaults.keep({"seed": 2, "top_k": 2}, alice)
    defaults.keep({"seed": 9}, bob)
    resolved = resolve({"seed": 3}, alice)
    assert resolved.values == {"seed": 3, "top_k": 2, "top_p": 0.1}
    assert resolved.origins == {"seed": "chat", "top_k": "mine", "top_p": "team"}


@pytest.mark.parametrize("unset", [None, ""])
def test_unset_lets_the_next_layer_speak(alice, unset):
    defaults.keep({"temperature": 0.5}, alice)
    resolved = resolve({"temperature": unset}, alice)
    assert (resolved.values, resolved.origins) == ({"temperature": 0.5}, {"temperature": "mine"})


@pytest.mark.parametrize("value", [0, 0.0, False])
def test_zero_is_a_value(alice, value):
    defaults.keep({"temperature": 0.5}, alice)
    resolved = resolve({"temperature": value}, alice)
    assert resolved.values["temperature"] == value
    assert resolved.origins["temperature"] == "chat"


def test_my_defaults_are_nobody_elses(alice, bob):
    defaults.keep({"seed": 5}, alice)
    assert defaults_of(alice) == {"seed": 5}
    assert defaults_of(bob) == {}
    assert team_defaults() == {}


def test_there_is_one_row_of_team_defaults(db):
    defaults.keep({"seed": 1})
    defaults.keep({"seed": 2})
    assert Defaults.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Defaults.objects.create(owner=None, values={})


def test_new_defaults_are_added_and_all_can_be_cleared(alice):
    defaults.keep({"seed": 5, "top_k": 2}, alice)
    defaults.keep({"seed": 6}, alice)
    assert defaults_of(alice) == {"seed": 6, "top_k": 2}
    defaults.keep({"seed": 1})
    defaults.clear(alice)
    assert defaults_of(alice) == {}
    assert team_defaults() == {"seed": 1}
