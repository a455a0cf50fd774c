"""Where the stand-in answers, and to whom."""

import httpx
import pytest

from .wire import CHAT, FULL, HEADERS, RUN, Wire

MESSAGES = {"messages": [{"role": "user", "content": "hello"}]}


@pytest.mark.parametrize("model", [FULL, "gpt-oss-20b"])
def test_both_spellings_of_the_model_are_known(wire: Wire, model: str):
    found = wire.post(MESSAGES, f"/client/v4/accounts/any/ai/run/{model}").json()
    assert found["success"] is True
    assert found["errors"] == found["messages"] == []
    assert found["result"]["choices"][0]["message"]["role"] == "assistant"


def test_an_encoded_model_path_is_the_same_path(wire: Wire):
    assert wire.post(MESSAGES, RUN.replace("@", "%40")).status_code == 200


def test_the_chat_address_answers_without_envelope(wire: Wire):
    found = wire.post({**MESSAGES, "model": FULL}, CHAT).json()
    assert found["object"] == "chat.completion"
    assert "result" not in found


def test_the_unified_address_takes_the_model_from_the_body(wire: Wire):
    found = wire.post({"model": FULL, "input": MESSAGES}, "/client/v4/accounts/a/ai/run").json()
    assert found["result"]["model"] == FULL


def test_a_plain_openai_server_asks_for_no_token(wire: Wire):
    response = httpx.post(wire.url + "/v1/chat/completions", json={**MESSAGES, "model": "gpt-oss:20b"})
    assert response.json()["choices"][0]["finish_reason"] == "stop"
    assert response.json()["model"] == "gpt-oss:20b"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic abc"}, {"authorization": "Bearer wrong"}])
def test_no_token_or_the_wrong_one_is_an_authentication_error(wire: Wire, headers: dict):
    response = httpx.post(wire.url + RUN, json=MESSAGES, headers=headers)
    assert response.status_code == 401
    assert response.json() == {
        "result": None,
        "success": False,
        "errors": [{"code": 10000, "message": "Authentication error"}],
        "messages": [],
    }


def test_another_model_does_not_exist(wire: Wire):
    path = "/client/v4/accounts/a/ai/run/@cf/meta/llama"
    assert wire.refused(MESSAGES, path) == (400, 5007, "No such model @cf/meta/llama or task")


def test_another_address_has_no_route(wire: Wire):
    status, code, message = wire.refused(MESSAGES, "/client/v4/accounts/a/ai/walk/x")
    assert (status, code) == (404, 7003)
    assert "Could not route to /client/v4/accounts/a/ai/walk/x" in message


def test_a_body_that_is_not_json_is_invalid(wire: Wire):
    response = wire.http.post(RUN, content=b"{", headers=HEADERS)
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == 5004


def test_a_body_over_the_limit_is_refused_before_it_is_read(wire: Wire):
    response = wire.http.post(RUN, content=b" " * 10_100_000, headers=HEADERS)
    assert response.status_code == 413
    assert response.json()["errors"][0]["code"] == 3006


def test_a_connection_serves_one_request_after_another(wire: Wire):
    with httpx.Client(base_url=wire.url, headers=HEADERS, limits=httpx.Limits(max_connections=1)) as http:
        for stream in (True, False, True):
            assert http.post(RUN, json={**MESSAGES, "stream": stream}).status_code == 200


def test_answers_carry_cloudflares_headers(wire: Wire):
    streamed = wire.post({**MESSAGES, "stream": True}).headers
    assert streamed["cf-ray"]
    assert streamed["cf-ai-req-id"]
    whole = wire.post(MESSAGES)
    assert float(whole.headers["cf-ai-neurons"]) == pytest.approx(
        whole.json()["result"]["usage"]["neurons"], abs=0.01
    )


class TestForms:
    def test_a_prompt_is_answered_with_a_response(self, wire: Wire):
        result = wire.post({"prompt": "hello"}).json()["result"]
        assert "stand-in" in result["response"]
        assert set(result) == {"response", "usage"}

    def test_a_prompt_can_be_answered_in_the_shape_of_messages(self, wire: Wire):
        result = wire.post({"prompt": "hello [[standin variant=v1]]"}).json()["result"]
        assert "stand-in" in result["choices"][0]["message"]["content"]

    def test_a_raw_prompt_is_read_in_the_models_format(self, wire: Wire):
        prompt = "<|start|>user<|message|>What is 6*7?<|end|><|start|>assistant"
        assert "42" in wire.post({"prompt": prompt, "raw": True}).json()["result"]["response"]

    @pytest.mark.parametrize(
        "given",
        ["What is 6*7?", [{"role": "user", "content": [{"type": "input_text", "text": "What is 6*7?"}]}]],
    )
    def test_input_is_answered_with_items(self, wire: Wire, given: object):
        result = wire.post({"input": given, "reasoning": {"effort": "high", "summary": "auto"}}).json()["result"]
        reasoning, message = result["output"]
        assert result["object"] == "response"
        assert reasoning["type"] == "reasoning"
        assert reasoning["summary"]
        assert "42" in message["content"][0]["text"]
        usage = result["usage"]
        assert usage["input_tokens"] + usage["output_tokens"] == usage["total_tokens"]

    def test_input_is_not_streamed(self, wire: Wire):
        response = wire.post({"input": "hello", "stream": True})
        assert response.headers["content-type"] == "application/json"

    def test_the_responses_address_has_no_envelope(self, wire: Wire):
        path = "/client/v4/accounts/a/ai/v1/responses"
        assert wire.post({"model": FULL, "input": "hello"}, path).json()["object"] == "response"
