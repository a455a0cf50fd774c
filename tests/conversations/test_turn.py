"""The writers of one process take turns on SQLite."""

import statistics
import threading
import time

import pytest
from django.db import connection

from chatapp.accounts.models import User
from chatapp.conversations.turn import my_turn

pytestmark = pytest.mark.django_db(transaction=True)


HELD = 0.25  # seconds; by then SQLite's own polling looks every 100 ms


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other engines lock rows, not the whole database")
def test_a_writer_goes_on_as_soon_as_the_one_before_it_has_committed():
    left = entered = 0.0
    late: list[float] = []

    def wait_and_write(holding: threading.Event) -> None:
        nonlocal entered
        holding.wait()
        try:
            with my_turn():
                entered = time.monotonic()
        finally:
            connection.close()

    for _ in range(7):
        holding = threading.Event()
        waiting = threading.Thread(target=wait_and_write, args=(holding,))
        waiting.start()
        with my_turn():
            User.objects.filter(pk=0).update(name="x")
            holding.set()
            time.sleep(HELD)
        left = time.monotonic()
        waiting.join()
        late.append(entered - left)
    assert statistics.median(late) < 0.02


def test_a_failure_inside_undoes_the_rows_and_passes_the_turn_on():
    with pytest.raises(ZeroDivisionError), my_turn():
        User.objects.create_user("lost@example.org", None, name="Lost")
        raise ZeroDivisionError
    assert not User.objects.exists()
    with my_turn(), my_turn():
        User.objects.create_user("kept@example.org", None, name="Kept")
    assert User.objects.count() == 1
