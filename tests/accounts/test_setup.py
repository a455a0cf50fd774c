"""The first administrator: with the right link exactly one, without it none."""

import pytest
from django.db import IntegrityError

from chatapp.accounts.models import Role, SetupLink, User
from chatapp.accounts.refused import Refused
from chatapp.accounts.setup import create_first_admin, issue_setup_link, setup_is_open
from tests.accounts.together import at_once
from tests.cast import PASSWORD

FORM = {
    "name": "Ada",
    "email": "Ada@Example.org ",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def first(token, email="ada@example.org"):
    return create_first_admin(token, email=email, name="Ada", password=PASSWORD)


def test_the_right_link_makes_an_administrator(db):
    token = issue_setup_link()
    assert setup_is_open(token)
    user = first(token)
    assert user.is_team_admin
    assert User.objects.get().check_password(PASSWORD)


def test_only_the_hash_of_the_link_is_stored(db):
    token = issue_setup_link()
    assert token not in str(SetupLink.objects.values().get())


def test_the_link_works_once(db):
    token = issue_setup_link()
    first(token)
    assert not setup_is_open(token)
    with pytest.raises(Refused):
        first(token, "eve@example.org")
    assert User.objects.count() == 1


@pytest.mark.parametrize("token", ["", "wrong", "x" * 43])
def test_a_wrong_link_makes_nobody(db, token):
    issue_setup_link()
    with pytest.raises(Refused):
        first(token)
    assert not User.objects.exists()


def test_without_a_link_issued_no_token_works(db):
    with pytest.raises(Refused):
        first("")
    assert not User.objects.exists()


def test_a_new_link_ends_the_earlier_one(db):
    earlier, later = issue_setup_link(), issue_setup_link()
    assert not setup_is_open(earlier)
    assert setup_is_open(later)


def test_there_is_no_link_once_there_is_a_user(alice):
    assert issue_setup_link() is None


def test_a_link_issued_before_somebody_joined_is_dead(db, django_user_model):
    token = issue_setup_link()
    django_user_model.objects.create_user("alice@example.org", PASSWORD)
    assert not setup_is_open(token)
    with pytest.raises(Refused):
        first(token)


def test_there_is_never_a_second_setup_link_row(db):
    SetupLink.objects.create(token_hash="a")
    with pytest.raises(IntegrityError):
        SetupLink.objects.create(id=2, token_hash="b")


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_once_with_the_right_link_exactly_one_becomes_administrator():
    token = issue_setup_link()
    results = at_once(*(lambda n=n: first(token, f"a{n}@example.org") for n in range(30)))
    made = [result for result in results if isinstance(result, User)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert (len(made), len(refused)) == (1, 29), results
    assert User.objects.get() == made[0]


@pytest.mark.django_db(transaction=True)
def test_a_link_issued_while_another_is_used_never_makes_a_second_administrator():
    token = issue_setup_link()
    issued = at_once(lambda: first(token), *[issue_setup_link] * 10)[1:]
    for late in filter(None, issued):
        if User.objects.exists():
            with pytest.raises(Refused):
                first(late, "eve@example.org")
        else:
            break  # every reissue came before the use, which was then refused
    assert User.objects.filter(role=Role.ADMIN).count() <= 1


def test_the_page_makes_the_administrator_and_signs_in(client, db):
    token = issue_setup_link()
    assert client.get(f"/setup/{token}/").status_code == 200
    response = client.post(f"/setup/{token}/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/team/").status_code == 200
    assert User.objects.get().email == "ada@example.org"


def test_the_page_is_gone_afterwards(client, db):
    token = issue_setup_link()
    client.post(f"/setup/{token}/", FORM)
    client.logout()
    assert client.get(f"/setup/{token}/").status_code == 404
    assert client.post(f"/setup/{token}/", FORM | {"email": "eve@example.org"}).status_code == 404
    assert User.objects.count() == 1


def test_the_page_is_not_there_for_a_wrong_token(client, db):
    issue_setup_link()
    assert client.get("/setup/wrong/").status_code == 404
    assert client.post("/setup/wrong/", FORM).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nonsense"}, "This is not an e-mail address"),
        ({"name": ""}, "Type the name"),
        ({"password_again": "something else 1"}, "The two passwords differ"),
        ({"password": "short", "password_again": "short"}, "at least 10 characters"),
        ({"password": "ada@example.org", "password_again": "ada@example.org"}, "too similar"),
    ],
)
def test_a_bad_form_makes_nobody_and_leaves_the_link_alive(client, db, change, sentence):
    token = issue_setup_link()
    response = client.post(f"/setup/{token}/", FORM | change)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not User.objects.exists()
    assert setup_is_open(token)


def test_a_secret_address_is_sent_to_nobody_and_kept_in_no_cache(client, db):
    response = client.get(f"/setup/{issue_setup_link()}/")
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="referrer" content="strict-origin">' in response.content.decode()
