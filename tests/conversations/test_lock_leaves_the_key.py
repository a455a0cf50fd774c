"""What a deed holds of its conversation, and what it leaves to others."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chatapp.conversations.lock import lock
from chatapp.conversations.models import Conversation, Message


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_row_that_points_at_a_held_conversation_is_stored_without_waiting(alice):
    """Else two could wait for each other: one for the other's row, that one at COMMIT for the conversation."""
    conversation = Conversation.objects.create(owner=alice, updated=timezone.now())
    failed: list[Exception] = []

    def point_at_it() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                Message.objects.create(conversation=conversation, role=Message.Role.USER, text="hello")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        lock(conversation.pk)
        other = threading.Thread(target=point_at_it)
        other.start()
        other.join(30)
    assert failed == []
    assert conversation.messages.count() == 1
