"""Any row that was changed, removed or put in is found, and the first one is named."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from chatapp.audit import schema
from chatapp.audit.chain import digest
from chatapp.audit.models import Entry, Head
from chatapp.audit.record import record
from chatapp.audit.verify import verify

FIELDS = [f.name for f in Entry._meta.fields if f.name != "number"]


def written(count: int) -> None:
    """A fresh log of so many rows."""
    with schema.lifted(connection):
        rows().delete()
        Head.objects.all().delete()
    for n in range(count):
        record("test.deed", actor=None, subject=("thing", str(n), "A thing"), reason="Because", detail={"n": n})


def rows() -> QuerySet:
    """The rows without the log's own refusals: what somebody with the database in hand has."""
    return QuerySet(Entry)


def changed(row: Entry, field: str) -> object:
    value = getattr(row, field)
    if field == "at":
        return value + datetime.timedelta(microseconds=1)
    if field == "actor":
        return None if row.actor_id else 77
    if field in ("previous", "hash"):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return value + "x"


@pytest.mark.django_db
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_removed_or_inserted_row_is_found(data):
    count = data.draw(st.integers(1, 8), "rows")
    written(count)
    assert verify(batch=3).broken is None
    victim = data.draw(st.integers(1, count), "which")
    row = rows().get(number=victim)
    way = data.draw(st.sampled_from(["change", "change and seal", "remove", "cut", "insert", "append"]), "how")
    first = victim
    with schema.lifted(connection):
        if way == "change":
            field = data.draw(st.sampled_from(FIELDS), "field")
            value = changed(row, field)
            rows().filter(number=victim).update(**{"actor_id" if field == "actor" else field: value})
        elif way == "change and seal":
            row.reason = "Another"
            rows().filter(number=victim).update(reason=row.reason, hash=digest(row))
            first = victim + 1 if victim < count else victim
        elif way == "remove":
            rows().filter(number=victim).delete()
        elif way == "cut":
            rows().filter(number__gte=victim).delete()
        elif way == "insert":
            for number in range(count, victim - 1, -1):
                rows().filter(number=number).update(number=F("number") + 1)
            rows().bulk_create([row])
            first = victim + 1
        else:
            row.number, row.previous = count + 1, rows().get(number=count).hash
            row.hash = digest(row)
            rows().bulk_create([row])
            first = count + 1
    verdict = verify(batch=3)
    assert verdict.broken == first
    assert verdict.sentence


@pytest.mark.django_db
def test_a_log_written_anew_from_the_start_is_found_by_a_row_noted_down():
    written(3)
    noted = (2, rows().get(number=2).hash)
    assert verify(seen=noted).broken is None
    written(4)
    assert verify().broken is None
    assert verify(seen=noted).broken == 2
    assert verify(seen=(9, noted[1])).broken == 9


@pytest.mark.django_db
def test_an_empty_log_is_whole():
    assert (verify().broken, verify().count) == (None, 0)


@pytest.mark.django_db
def test_the_command_prints_the_end_and_takes_it_again():
    written(2)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    end = out.getvalue().splitlines()[-1]
    assert end == f"2:{rows().get(number=2).hash}"
    call_command("verify_audit", seen=end, stdout=StringIO())


@pytest.mark.django_db
def test_the_command_names_the_first_row_that_does_not_fit():
    written(3)
    with schema.lifted(connection):
        rows().filter(number=2).update(reason="Another")
    with pytest.raises(CommandError, match=r"Row 2 does not fit.*1 rows before"):
        call_command("verify_audit")


@pytest.mark.django_db
def test_the_command_refuses_a_note_that_is_none():
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit", seen="yesterday")
