"""Faults that come instead of an answer."""

import time

import httpx
import pytest

from .wire import Wire, body


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("auth", 401, 10000),
        ("forbidden", 403, 5018),
        ("nomodel", 400, 5007),
        ("route", 404, 7003),
        ("badinput", 400, 5006),
        ("overflow", 413, 5021),
        ("overflow-upstream", 400, 5006),
        ("quota", 429, 4006),
        ("quota-documented", 429, 3036),
        ("rate", 429, 3021),
        ("busy", 429, 3040),
        ("timeout", 408, 3007),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_has_its_status_and_code(wire: Wire, fault: str, status: int, code: int, stream: bool):
    response = wire.post(body(f"[[standin fault={fault}]]", stream=stream))
    found = response.json()
    assert (response.status_code, found["errors"][0]["code"], found["success"]) == (status, code, False)
    assert "retry-after" not in response.headers


def test_the_daily_quota_speaks_of_neurons(wire: Wire):
    assert "10,000 neurons" in wire.refused(body("[[standin fault=quota]]"))[2]


def test_envelopes_may_be_odd(wire: Wire):
    assert wire.post(body("[[standin fault=badinput-object]]")).json()["errors"]["code"] == 5006
    assert wire.post(body("[[standin fault=gateway]]")).json()["error"][0]["code"] == 2001


def test_unavailable_is_a_page_of_html(wire: Wire):
    response = wire.post(body("[[standin fault=unavailable]]"))
    assert response.status_code == 503
    assert response.headers["content-type"] == "text/html"
    assert response.text.startswith("<!DOCTYPE html>")
    assert wire.post(body("[[standin fault=empty-502]]")).content == b""


def test_a_time_out_upstream_takes_its_time(wire: Wire):
    began = time.monotonic()
    assert wire.refused(body("[[standin fault=slow-timeout for=0.4]]"))[:2] == (408, 3046)
    assert time.monotonic() - began >= 0.4


def test_retry_after_is_sent_when_asked_for(wire: Wire):
    assert wire.post(body("[[standin fault=busy retry=2]]")).headers["retry-after"] == "2"


def test_a_counted_fault_strikes_the_first_tries_of_the_same_request(wire: Wire):
    def tries(x: str) -> list[int]:
        return [wire.post(body(f"[[standin fault=busy:2 x={x}]]")).status_code for _ in range(4)]

    assert tries("one") == [429, 429, 200, 200]
    assert tries("two") == [429, 429, 200, 200]


def test_the_connection_can_be_closed_without_an_answer(wire: Wire):
    with pytest.raises(httpx.RemoteProtocolError):
        wire.post(body("[[standin fault=refuse]]"))


def test_a_stream_may_be_answered_with_json(wire: Wire):
    response = wire.post(body("[[standin fault=json]]", stream=True))
    assert response.headers["content-type"] == "application/json"
    assert response.json()["result"]["choices"][0]["message"]["content"]
    assert wire.post(body("[[standin fault=json-empty]]", stream=True)).json()["result"] == {}
    assert wire.post(body("[[standin fault=failed-200]]", stream=True)).json()["success"] is False


def test_an_answer_may_be_empty_or_of_another_shape(wire: Wire):
    message = wire.whole("[[standin fault=empty]]")["choices"][0]["message"]
    assert not message["content"]
    assert wire.stream("[[standin fault=empty]]") == ["[DONE]"]
    assert isinstance(wire.whole("[[standin fault=object]]")["response"], dict)
    parts = wire.whole('[[standin fault=parts text="Hi"]]')["choices"][0]["message"]["content"]
    assert parts == [{"type": "text", "text": "Hi"}]
