"""Sessions: read by a statement of our own, and refused exactly where Django refuses them."""

import datetime

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from chatapp.accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    session = SessionStore()
    session["who"] = "Alice"
    session.create()
    return session.session_key


def test_a_session_is_read_as_django_reads_it(stored):
    assert dict(SessionStore(stored).items()) == dict(db.SessionStore(stored).items()) == {"who": "Alice"}


@pytest.mark.parametrize("why", ["unknown", "expired", "ended"])
def test_a_session_that_is_over_is_empty_and_its_key_is_not_used_again(stored, why):
    key = "a" * 32 if why == "unknown" else stored
    if why == "expired":
        Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    elif why == "ended":
        Session.objects.all().delete()
    session = SessionStore(key)
    assert dict(session.items()) == {}
    assert session.session_key is None


def test_a_session_belongs_to_nobody_once_its_user_is_deactivated_or_gone(client, alice):
    client.force_login(alice)
    assert client.get("/me/").status_code == 200
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert client.get("/me/").status_code == 302
    alice.is_active = True
    alice.save(update_fields=["is_active"])
    assert client.get("/me/").status_code == 200
    type(alice).objects.all().delete()
    assert client.get("/me/").status_code == 302
