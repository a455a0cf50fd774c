"""What a test may ask for stands where people look for it."""

import re
from pathlib import Path

from chatapp.standin import directives, faults

DOCUMENT = Path(__file__).parents[2] / "docs" / "standin.md"


def test_every_directive_and_fault_is_documented():
    document = DOCUMENT.read_text()
    assert [name for name in [*directives._READERS, *faults.NAMES] if f"`{name}`" not in document] == []


def test_the_docstrings_name_them_too():
    assert [n for n in directives._READERS if not re.search(rf"^    {n} ", directives.__doc__ or "", re.M)] == []
    assert [n for n in faults.NAMES if not re.search(rf"(?<![\w-]){n}(?![\w-])", faults.__doc__ or "")] == []
