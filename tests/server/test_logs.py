"""What may stand in a log line."""

import json
import logging

import pytest
from django.db import OperationalError

from chatapp.server.logs import make_formatter, mask


def line(error: Exception | None = None, message: str = "Something happened: %s", *args: object) -> dict:
    info = None
    if error is not None:
        try:
            raise error
        except Exception as caught:
            info = (type(caught), caught, caught.__traceback__)
    record = logging.LogRecord("chatapp.test", logging.ERROR, __file__, 1, message, args or ("x",), info)
    return json.loads(make_formatter("json").format(record))


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("/setup/abc-DEF_1/", "/setup/…/"),
        ("/join/abc/", "/join/…/"),
        ("/new-password/abc/", "/new-password/…/"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/…/"),
        ("/s/abc-DEF_1/take/", "/s/…/take/"),
        ("/c/?q=words", "/c/"),
        ("/joint/abc/", "/joint/abc/"),
    ],
)
def test_tokens_and_query_strings_are_masked(path, masked):
    assert mask(path) == masked


def test_tokens_and_query_strings_are_masked_in_the_messages_of_others():
    said = line(None, "Bad Request: %s and %s", "/join/secret/", "/list/?before=secret")["message"]
    assert said == "Bad Request: /join/…/ and /list/"


def test_an_exception_that_may_quote_a_person_is_logged_without_its_message():
    exception = line(ValueError("my secret question"))["exception"]
    assert exception["type"] == "builtins.ValueError"
    assert any("test_logs.py" in place for place in exception["places"])
    assert "secret" not in json.dumps(exception)


def test_an_exception_that_speaks_of_the_machine_keeps_its_message():
    assert line(OSError(28, "No space left on device"))["exception"]["message"].endswith("left on device")
    assert line(OperationalError("connection refused"))["exception"]["message"] == "connection refused"


def test_a_line_break_in_a_message_does_not_forge_a_second_line():
    record = logging.LogRecord("x", logging.INFO, __file__, 1, 'a\n{"level": "forged"}', (), None)
    assert "\n" not in make_formatter("json").format(record)
