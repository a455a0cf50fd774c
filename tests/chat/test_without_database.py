"""When the database is away, a post says so and asks to come again; it is never a bare 500."""

import uuid

import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


def test_a_question_that_meets_no_database_gets_503_and_a_sentence(client, alice):
    client.force_login(alice)

    def locked(execute, sql, params, many, context):
        if "conversations_" in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(locked):
        answer = client.post(f"/c/{uuid.uuid4()}/send/", {"ask": str(uuid.uuid4()), "text": "Hello?"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Nothing was stored" in answer.json()["error"]


def test_more_posts_than_a_person_makes_are_refused_for_a_moment(client, alice, bob, settings):
    settings.POSTS_PER_MINUTE = 10
    client.force_login(alice)
    url = f"/c/{uuid.uuid4()}/draft/"
    codes = [client.post(url, {"text": "x"}).status_code for _ in range(25)]
    assert codes[0] == 204
    assert 429 in codes
    client.force_login(bob)
    assert client.post(url, {"text": "x"}).status_code == 204
