"""Variables: what may be filled in, and how the text says it."""

import pytest
from django.utils import timezone

from chatapp.prompts.content import content
from chatapp.prompts.variables import Unfit, checked, fill, missing, values_for, variable, variables

CUSTOMER = {"name": "customer", "type": "text", "required": True}
TONE = {"name": "tone", "type": "choice", "choices": "warm\nplain", "default": "plain"}
SINCE = {"name": "since", "type": "date", "default": "today"}
COUNT = {"name": "count", "type": "number"}
ME = {"name": "me", "type": "member", "field": "name"}


def filled(text, values, *raw):
    return fill(text, variables(raw), values, {"name": "Alice", "email": "alice@example.org"}.__getitem__)


def test_the_text_says_values_defaults_and_the_member():
    text = "For {{customer}}, {{ tone }}, by {{me}}; {{count}}."
    values = {"customer": "Acme", "count": "3"}
    assert filled(text, values, CUSTOMER, TONE, ME, COUNT) == "For Acme, plain, by Alice; 3."


def test_a_date_that_says_today_is_today():
    assert filled("Since {{since}}", {}, SINCE) == f"Since {timezone.localdate().isoformat()}"
    assert filled("Since {{since}}", {"since": "2026-03-31"}, SINCE) == "Since 2026-03-31"


def test_what_is_filled_in_is_not_looked_at_for_variables_again():
    assert filled("{{customer}}", {"customer": "{{me}}"}, CUSTOMER, ME) == "{{me}}"


def test_braces_that_are_no_variable_are_sent_as_they_stand():
    assert (
        filled("{{other}} {{ customer | upper }}", {"customer": "A"}, CUSTOMER)
        == "{{other}} {{ customer | upper }}"
    )
    assert content({"text": "{{other}} {{customer}}", "variables": [CUSTOMER]}).undeclared == ["other"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (COUNT, "many"),
        (COUNT, "1e9"),
        (COUNT, "٣"),
        (TONE, "rude"),
        (SINCE, "31.3.2026"),
        (CUSTOMER, "x" * 20_001),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(raw, value):
    with pytest.raises(Unfit):
        checked(variable(raw), value)
    kept, errors = values_for([variable(raw)], {raw["name"]: value})
    assert kept == {}
    assert set(errors) == {raw["name"]}


def test_a_value_that_no_longer_fits_is_left_out_of_the_text_and_its_default_counts():
    assert filled("{{tone}}", {"tone": "rude"}, TONE) == "plain"


def test_needed_is_what_has_neither_value_nor_default():
    wanted = variables([CUSTOMER, TONE, SINCE, COUNT, ME])
    assert [one.name for one in missing(wanted, {})] == ["customer"]
    assert missing(wanted, {"customer": "Acme"}) == []
    assert values_for(wanted, {"me": "Mallory", "stranger": "x", "customer": "A"})[0] == {"customer": "A"}
