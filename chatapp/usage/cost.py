"""What an answer costs."""

from django.conf import settings

# US dollars per neuron: $0.011 per 1,000 (Cloudflare's pricing page).
DOLLARS_PER_NEURON = 0.011 / 1000


def dollars(prompt_tokens: int, completion_tokens: int, neurons: float | None = None) -> float:
    """The price in US dollars of one call: by neurons where the provider counted them, else by tokens.

    Tokens are priced by MODEL_PRICE_INPUT and MODEL_PRICE_OUTPUT (US dollars per million). Reasoning is
    billed as output and already contained in `completion_tokens`. Negative numbers count as nothing.
    """
    if neurons is not None and neurons > 0:
        return neurons * DOLLARS_PER_NEURON
    return (
        max(prompt_tokens, 0) * settings.MODEL_PRICE_INPUT
        + max(completion_tokens, 0) * settings.MODEL_PRICE_OUTPUT
    ) / 1_000_000
