"""The team's defaults on a page of their own."""

import re

import pytest

from chatapp.audit.models import Entry
from chatapp.prompts.resolve import resolve, team_defaults

pytestmark = pytest.mark.django_db


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_is_saved_holds_for_everybody_and_what_is_emptied_does_not(as_ada, alice):
    form = {"system_prompt": "Be brief.", "temperature": "0.4", "reasoning.effort": "low"}
    assert "defaults are saved" in words(as_ada.post("/team/defaults/", form, follow=True))
    assert resolve({}, alice).values == {
        "system_prompt": "Be brief.",
        "temperature": 0.4,
        "reasoning.effort": "low",
    }
    as_ada.post("/team/defaults/", form | {"temperature": ""})
    assert team_defaults() == {"system_prompt": "Be brief.", "reasoning.effort": "low"}
    assert Entry.objects.filter(action="settings.team_defaults").count() == 2


def test_each_field_says_where_its_value_comes_from(as_ada):
    as_ada.post("/team/defaults/", {"temperature": "0.4"})
    page = words(as_ada.get("/team/defaults/"))
    assert page.count("Team default</span>") == 1
    assert "Model default</span>" in page


def test_nothing_is_saved_while_something_is_wrong_and_what_was_typed_stays(as_ada):
    as_ada.post("/team/defaults/", {"seed": "7"})
    answer = as_ada.post("/team/defaults/", {"system_prompt": "Typed with care", "temperature": "99", "seed": "8"})
    assert answer.status_code == 422
    assert "Nothing is saved yet" in words(answer)
    assert "Typed with care" in words(answer)
    assert 'value="99"' in words(answer)
    assert team_defaults() == {"seed": 7}
