"""The one table: it agrees with the published one, and what it cleans can be sent."""

from pathlib import Path

import pytest

from chatapp.workersai.endpoint import FORMS
from chatapp.workersai.parameters import BY_NAME, DEFAULT_MAX_TOKENS, PARAMETERS, panel
from chatapp.workersai.reference import parameters_reference
from chatapp.workersai.validation import InvalidParameters, clean

PUBLISHED = [
    tuple(cell.strip() for cell in line.strip(" |\n").split("|"))
    for line in (Path(__file__).parent / "brief_table.txt").read_text().splitlines()[2:]
    if line.strip()
]


def test_the_published_table_has_nineteen_rows():
    assert len(PUBLISHED) == 19


@pytest.mark.parametrize(
    ("row", "parameter"), list(zip(PUBLISHED, PARAMETERS, strict=True)), ids=lambda value: str(value)[:24]
)
def test_every_row_agrees_with_the_published_one(row, parameter):
    name, *marks = row[0].split(" ")
    assert parameter.name == name
    assert bool(parameter.required_in) == ("required" in marks)
    assert parameter.deprecated == ("deprecated" in marks)
    assert parameter.type == row[1]
    assert parameter.description == row[2]


@pytest.mark.parametrize("parameter", list(BY_NAME.values()), ids=lambda parameter: parameter.name)
def test_every_row_is_complete_in_itself(parameter):
    assert parameter.label
    assert parameter.help.endswith(".")
    assert parameter.group
    assert parameter.source.startswith("https://")
    assert set(parameter.forms) <= set(FORMS)
    assert set(parameter.required_in) <= set(parameter.branches)
    if parameter.in_panel and not parameter.parts:
        assert parameter.range, "a field of the panel needs its range"
    if parameter.default is not None and parameter.type in ("number", "integer"):
        assert parameter.minimum <= parameter.default <= parameter.maximum


def test_the_panel_shows_the_sampling_parameters_and_the_two_parts_of_reasoning():
    assert [parameter.name for parameter in panel()] == [
        "frequency_penalty",
        "max_tokens",
        "presence_penalty",
        "reasoning.effort",
        "reasoning.summary",
        "repetition_penalty",
        "seed",
        "temperature",
        "top_k",
        "top_p",
    ]


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("temperature", 0, 5),
        ("top_p", 0.001, 1),
        ("top_k", 1, 50),
        ("seed", 1, 9_999_999_999),
        ("repetition_penalty", 0, 2),
        ("frequency_penalty", -2, 2),
        ("presence_penalty", -2, 2),
        ("max_tokens", 1, 131_072),
    ],
)
def test_a_range_holds_its_ends_and_nothing_beyond(name, lowest, highest):
    assert clean({name: lowest}) == {name: lowest}
    assert clean({name: str(highest)}) == {name: highest}
    step = 1 if BY_NAME[name].type == "integer" else 0.0001
    for value, word in ((lowest - step, f"at least {lowest}"), (highest + step, f"at most {highest}")):
        with pytest.raises(InvalidParameters) as caught:
            clean({name: value})
        assert word in caught.value.errors[name]


@pytest.mark.parametrize("unset", [None, "", "   "])
def test_unset_is_left_out_and_differs_from_a_value(unset):
    assert clean({"temperature": unset, "top_k": 3, "reasoning.effort": unset}) == {"top_k": 3}
    assert clean({"temperature": "0"}) == {"temperature": 0}


@pytest.mark.parametrize("value", ["0,7", "warm", "nan", "inf", "1e999", True, [], {}, "0x10", "१", "1_0"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InvalidParameters) as caught:
        clean({"temperature": value})
    assert set(caught.value.errors) == {"temperature"}


@pytest.mark.parametrize("value", ["1.5", 2.5, "many", True])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(InvalidParameters):
        clean({"top_k": value})


def test_a_whole_number_may_be_written_as_a_decimal():
    value = clean({"top_k": "3.0"})["top_k"]
    assert value == 3
    assert isinstance(value, int)


@pytest.mark.parametrize(
    "values",
    [
        {"reasoning.effort": "low", "reasoning.summary": "auto"},
        {"reasoning": {"effort": "low", "summary": "auto"}},
    ],
)
def test_parts_may_come_dotted_or_nested_and_leave_nested(values):
    assert clean(values) == {"reasoning": {"effort": "low", "summary": "auto"}}


def test_a_choice_is_one_of_the_choices():
    with pytest.raises(InvalidParameters) as caught:
        clean({"reasoning": {"effort": "extreme"}})
    assert caught.value.errors == {"reasoning.effort": "Choose one of: low, medium, high."}


def test_all_errors_are_told_at_once():
    with pytest.raises(InvalidParameters) as caught:
        clean({"temperature": 9, "top_k": 0, "seed": 5, "colour": "red", "messages": [], "functions": []})
    assert set(caught.value.errors) == {"temperature", "top_k", "colour", "messages", "functions"}
    assert all(sentence.endswith(".") for sentence in caught.value.errors.values())


def test_what_was_cleaned_stays_the_same_when_cleaned_again():
    values = {
        "temperature": "0.7",
        "seed": "12",
        "reasoning.effort": "high",
        "max_tokens": str(DEFAULT_MAX_TOKENS),
    }
    assert clean(clean(values)) == clean(values)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("response_format", {"type": "json_schema", "json_schema": {"type": "object"}}, {"type": "json_schema"}),
        ("response_format", {"type": "json_object"}, {"type": "xml"}),
        ("tools", [{"type": "function", "function": {"name": "add", "parameters": {}}}], [{"name": "no spaces"}]),
        ("tools", [{"name": "add"}], "add"),
        ("raw", True, "maybe"),
        ("lora", "mine", 7),
    ],
)
def test_parameters_outside_the_panel_are_checked_too(name, good, bad):
    assert clean({name: good}) == {name: good}
    with pytest.raises(InvalidParameters):
        clean({name: bad})


def test_the_reference_has_every_row_and_part_in_words():
    rows = parameters_reference()
    assert [row["name"] for row in rows if "." not in row["name"]] == [parameter.name for parameter in PARAMETERS]
    by_name = {row["name"]: row for row in rows}
    assert by_name["top_p"]["range"] == "0.001 to 1"
    assert by_name["reasoning.effort"]["range"] == "low, medium, high"
    assert by_name["seed"]["range"] == "1 to 9999999999"
    assert by_name["temperature"]["default"] == "0.6"
    assert by_name["stream"]["default"] == "off"
