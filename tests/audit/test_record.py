"""A row is written with its deed, or neither is; and it is never changed."""

import json
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction

from chatapp.accounts.models import User
from chatapp.audit.chain import GENESIS, digest
from chatapp.audit.models import AppendOnly, Entry, Head
from chatapp.audit.record import Subject, record
from chatapp.audit.verify import verify

pytestmark = pytest.mark.django_db


def test_a_row_says_who_did_what_on_what_and_why(ada):
    subject = Subject("prompt", "7", "Contracts")
    with transaction.atomic():
        entry = record("test.deed", actor=ada, subject=subject, reason="Asked by Bob", detail={"was": 1})
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.actor_id, entry.actor_name, entry.actor_email) == (ada.pk, "Ada", "ada@example.org")
    assert (entry.subject_type, entry.subject_key, entry.subject_label) == ("prompt", "7", "Contracts")
    assert (entry.action, entry.words, entry.reason) == ("test.deed", "Something was tried", "Asked by Bob")
    assert entry.detail == {"was": 1}
    assert entry.hash == digest(entry)


def test_rows_are_numbered_without_a_gap_and_each_names_the_one_before(ada):
    rows = [record("test.deed", actor=ada, detail={"n": n}) for n in range(3)]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]


def test_the_command_line_and_nobody_are_no_actor():
    for actor in (None, AnonymousUser()):
        entry = record("test.deed", actor=actor)
        assert (entry.actor_id, entry.actor_name, entry.actor_email) == (None, "", "")


def test_a_model_without_a_label_of_its_own_tells_only_its_key(ada):
    head = Head(pk=1, hash="secret words")
    entry = record("test.deed", actor=ada, subject=head)
    assert (entry.subject_type, entry.subject_key, entry.subject_label) == ("head", "1", "")


def test_an_action_that_nobody_declared_is_refused(ada):
    with pytest.raises(ValueError, match="no action"):
        record("test.unknown", actor=ada)
    assert not Entry.objects.exists()


def test_words_that_a_database_cannot_keep_are_replaced_and_the_row_fits(ada):
    odd = "a\x00b\ud800"
    record("test.deed", actor=ada, subject=("x", odd, odd), reason=odd, detail={odd: [odd, {"in": odd}]})
    entry = Entry.objects.get()
    assert entry.reason == "a\ufffdb?"
    assert json.loads(entry.detail_json) == {"a\ufffdb?": ["a\ufffdb?", {"in": "a\ufffdb?"}]}
    assert verify().broken is None


def test_what_is_too_long_is_cut_and_the_row_fits(ada):
    record("test.deed", actor=ada, subject=("t" * 99, "k" * 99, "l" * 999), reason="r" * 5000)
    entry = Entry.objects.get()
    assert [len(x) for x in (entry.subject_type, entry.subject_key, entry.subject_label)] == [40, 80, 300]
    assert len(entry.reason) == 5000
    assert verify().broken is None


def test_a_row_outlives_its_actor_unchanged(ada):
    record("test.deed", actor=ada)
    ada.delete()
    entry = Entry.objects.get()
    assert entry.actor_name == "Ada"
    assert verify().broken is None


def test_rows_cannot_be_changed_or_deleted_through_the_application(ada):
    entry = record("test.deed", actor=ada)
    rows = Entry.objects.all()
    for deed in (
        entry.save,
        entry.delete,
        rows.delete,
        lambda: rows.update(reason="x"),
        lambda: rows.bulk_update([entry], ["reason"]),
        lambda: rows.create(number=2),
        lambda: rows.bulk_create([Entry(number=2)]),
        lambda: rows.get_or_create(number=2),
        lambda: rows.update_or_create(number=1, defaults={"reason": "x"}),
    ):
        with pytest.raises(AppendOnly):
            deed()
    assert verify().count == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET reason = 'x'",
        "UPDATE audit_entry SET actor_id = NULL",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE number = 2",
    ],
)
def test_the_database_refuses_to_change_a_row(ada, sql):
    for _ in range(2):
        record("test.deed", actor=ada)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().count == 2


def test_the_database_refuses_to_empty_the_log(ada):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    record("test.deed", actor=ada)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry")


def test_the_database_refuses_to_replace_a_row_or_leave_a_gap(ada):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    record("test.deed", actor=ada)
    for number in (1, 3):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as c:
            c.execute(
                "INSERT OR REPLACE INTO audit_entry SELECT %s, at, actor_name, actor_email, action, subject_type,"
                " subject_key, subject_label, reason, detail, previous, hash, actor_id FROM audit_entry",
                [number],
            )
    assert verify().count == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_belongs_into_a_transaction(ada):
    with pytest.raises(RuntimeError, match="transaction"):
        record("test.deed", actor=ada)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_row_and_no_gap(ada):
    def fail():
        with transaction.atomic():
            User.objects.filter(pk=ada.pk).update(name="Eve")
            record("test.deed", actor=ada)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not Entry.objects.exists()
    assert User.objects.get(pk=ada.pk).name == "Ada"
    with transaction.atomic():
        assert record("test.deed", actor=ada).number == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_fifty_rows_and_the_chain_fits(ada):
    barrier = threading.Barrier(50)
    errors = []

    def deed(n):
        try:
            barrier.wait(20)
            with transaction.atomic():
                record("test.deed", actor=ada, detail={"n": n})
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=deed, args=[n]) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(entry.detail["n"] for entry in Entry.objects.all()) == list(range(50))
    assert (verify().broken, verify().count) == (None, 50)
