"""Defaults: added to, cleared, one row for the team; who sees which value from where."""

import pytest

from chatapp.prompts import defaults
from chatapp.prompts.models import Defaults
from chatapp.prompts.resolve import CHAT, MINE, TEAM, resolve

pytestmark = pytest.mark.django_db


def test_a_chats_value_wins_over_mine_and_mine_over_the_teams(alice):
    defaults.keep({"temperature": 0.1, "top_p": 0.2, "seed": 3})
    defaults.keep({"temperature": 0.4, "top_p": 0.5}, alice)
    resolved = resolve({"temperature": 0.9}, alice)
    assert resolved.values == {"temperature": 0.9, "top_p": 0.5, "seed": 3}
    assert resolved.origins == {"temperature": CHAT, "top_p": MINE, "seed": TEAM}


@pytest.mark.parametrize("unset", [None, ""])
def test_unset_is_not_a_value_and_lets_the_default_through(alice, unset):
    defaults.keep({"temperature": 0.1})
    assert resolve({"temperature": unset}, alice).values == {"temperature": 0.1}


def test_zero_is_a_value(alice):
    defaults.keep({"temperature": 0.7})
    assert resolve({"temperature": 0}, alice).values == {"temperature": 0}


def test_keeping_one_value_does_not_wipe_out_the_others(alice):
    defaults.keep({"system_prompt": "Be brief."}, alice)
    defaults.keep({"temperature": 0.3}, alice)
    assert Defaults.objects.get(owner=alice).values == {"system_prompt": "Be brief.", "temperature": 0.3}


def test_clearing_mine_leaves_the_teams_and_other_members_alone(alice, bob):
    defaults.keep({"seed": 1})
    defaults.keep({"seed": 2}, alice)
    defaults.keep({"seed": 3}, bob)
    defaults.clear(alice)
    assert resolve({}, alice).values == {"seed": 1}
    assert resolve({}, bob).values == {"seed": 3}


def test_the_team_has_one_row(alice):
    defaults.keep({"seed": 1})
    defaults.keep({"seed": 2})
    assert Defaults.objects.filter(owner=None).count() == 1
