"""How the reader's language writes a number."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """131,000; 131.000 in German."""
    return number_format(number, force_grouping=True)
