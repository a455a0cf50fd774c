import pytest

from chatapp.usage.cost import dollars


@pytest.fixture(autouse=True)
def prices(settings):
    settings.MODEL_PRICE_INPUT, settings.MODEL_PRICE_OUTPUT = 0.03, 0.14


@pytest.mark.parametrize(
    ("prompt", "completion", "cost"),
    [(1_000_000, 0, 0.03), (0, 1_000_000, 0.14), (1000, 2000, 0.00031), (0, 0, 0), (-5, -5, 0)],
)
def test_tokens_are_priced_by_the_million(prompt, completion, cost):
    assert dollars(prompt, completion) == pytest.approx(cost)


def test_where_the_provider_counted_neurons_they_are_the_price():
    assert dollars(1_000_000, 1_000_000, 1000) == pytest.approx(0.011)


@pytest.mark.parametrize("neurons", [None, 0, -3.0])
def test_without_a_count_of_neurons_tokens_are_the_price(neurons):
    assert dollars(1_000_000, 0, neurons) == pytest.approx(0.03)
