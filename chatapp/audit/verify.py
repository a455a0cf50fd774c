"""Walk the chain, and name the first row that does not fit."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .chain import GENESIS, digest
from .models import Entry, Head


@dataclass(frozen=True, slots=True)
class Verdict:
    count: int  # rows that fit, up to the first that does not
    last: str  # hash of the last of them
    broken: int | None = None  # number of the first row that does not fit
    sentence: str = ""  # why


def verify(batch: int = 2000, seen: tuple[int, str] | None = None) -> Verdict:
    """Read the whole log in batches, while others go on writing.

    `seen`: number and hash of a row that was noted down elsewhere. A log that somebody with all rights wrote anew
    from the start fits in itself; it cannot contain that row.
    """
    number, last = 0, GENESIS
    while True:
        rows = list(Entry.objects.filter(number__gt=number).order_by("number")[:batch])
        for row in rows:
            wrong = why_not(row, number, last)
            if not wrong and seen and row.number == seen[0] and row.hash != seen[1]:
                wrong = _("Its hash is not the one that was noted down.")
            if wrong:
                return Verdict(number, last, number + 1, wrong)
            number, last = row.number, row.hash
        if rows:
            continue
        end = Head.objects.filter(pk=Head.ONLY).first()
        end_number, end_hash = (end.number, end.hash) if end else (0, GENESIS)
        if end_number > number and Entry.objects.filter(number__gt=number).exists():
            continue  # written while we read
        if end_number > number:
            return Verdict(number, last, number + 1, _("It is missing: rows at the end were cut off."))
        if (end_number, end_hash) != (number, last):
            return Verdict(
                number, last, number, _("It was added past the log, or the end of the log was changed.")
            )
        if seen and seen[0] > number:
            return Verdict(number, last, seen[0], _("It was noted down and is missing."))
        return Verdict(number, last)


def why_not(row: Entry, number: int, last: str) -> str:
    """Why the row does not fit behind row `number` with the hash `last`; "" if it does."""
    if row.number != number + 1:
        return _("It is missing.")
    if row.previous != last:
        return _("It does not name the hash of the row before it.")
    if row.hash != digest(row):
        return _("Its content does not fit its hash: it was changed.")
    return ""
