"""Users: one spelling of an address, and sessions that end with the password."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from chatapp.accounts.models import User
from tests.cast import PASSWORD, somebody


def test_an_address_is_one_in_any_spelling(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(" ALICE@Example.org ", PASSWORD)


def test_the_database_refuses_an_address_in_capitals_and_an_unknown_role(alice):
    for change in ({"email": "Alice@example.org"}, {"role": "owner"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=alice.pk).update(**change)


def test_without_a_name_the_address_gives_one(db):
    assert str(User.objects.create_user("carol@example.org", PASSWORD)) == "carol"


@pytest.mark.parametrize("fields", [None, ["password"]])
def test_a_new_password_raises_the_epoch_however_it_is_saved(alice, fields):
    before = alice.get_session_auth_hash()
    alice.set_password("another password 1")
    alice.save(update_fields=fields)
    stored = User.objects.get(pk=alice.pk)
    assert stored.auth_epoch == alice.auth_epoch == 1
    assert before != alice.get_session_auth_hash() == stored.get_session_auth_hash()


def test_saving_something_else_ends_no_session(alice):
    before = alice.get_session_auth_hash()
    alice.name = "Alice B."
    alice.save()
    assert User.objects.get(pk=alice.pk).get_session_auth_hash() == before


def test_an_epoch_raised_meanwhile_is_not_lowered_by_a_new_password(alice):
    User.objects.filter(pk=alice.pk).update(auth_epoch=7)
    alice.set_password("another password 1")
    alice.save()
    assert alice.auth_epoch == 8


def test_the_upgrade_of_an_old_hash_at_sign_in_leaves_that_session_valid(client, settings, db):
    user = somebody("Carol")
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="md5"))
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    user.refresh_from_db()
    assert user.password.startswith("scrypt$")
    assert client.get("/me/").status_code == 200
