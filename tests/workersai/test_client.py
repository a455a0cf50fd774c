"""The client against a real server over TCP: faults, silence, retries, closing."""

import asyncio
import gc
import socket
from contextlib import asynccontextmanager, suppress

import orjson
import pytest

from chatapp.workersai.circuit import Circuit
from chatapp.workersai.client import Client
from chatapp.workersai.endpoint import Endpoint
from chatapp.workersai.errors import (
    Authentication,
    BadRequest,
    Busy,
    ContextOverflow,
    DailyQuota,
    Interrupted,
    NoSuchModel,
    Protocol,
    RateLimited,
    Timeout,
    Unavailable,
    WorkersAIError,
)
from chatapp.workersai.events import Finished, Opened, TextDelta, Usage, Waiting
from chatapp.workersai.retry import RetryPolicy
from chatapp.workersai.watchdog import Timeouts
from tests.workersai.upstream import Asked, upstream
from tests.workersai.wire import delta, finish, sse

TOKEN = "sekret-token-123"
QUESTION = [{"role": "user", "content": "Hello?"}]
QUICK = RetryPolicy(attempts=4, base=0.01, cap=0.5)


@asynccontextmanager
async def asking(server, *, form="run", model="gpt-oss-20b", **options):
    endpoint = Endpoint(server.base, "acct", TOKEN, model=model, form=form)
    client = Client(endpoint, **{"retry": QUICK, **options})
    try:
        yield client
    finally:
        await client.aclose()


async def listen(client, values=None):
    """All events, and the error that ended them, if one did."""
    events = []
    try:
        async for batch in client.stream(QUESTION, values or {}):
            events += batch
    except WorkersAIError as error:
        return events, error
    return events, None


def text(events):
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


async def hello(asked: Asked) -> None:
    await asked.say("Hello")


async def silent(asked: Asked) -> None:
    await asked.watch_for_the_end()


# Asking


async def test_an_answer_is_opened_told_and_finished():
    async with upstream(hello) as server, asking(server) as client:
        events, error = await listen(client, {"temperature": 0.7})
    assert error is None
    assert [type(event) for event in events] == [Opened, TextDelta, Finished]
    assert events[0].path == "/client/v4/accounts/acct/ai/run/gpt-oss-20b"
    assert events[0].body == server.asked[0].body
    assert server.asked[0].body["temperature"] == 0.7


async def test_the_chat_form_names_the_model_in_the_body():
    async with upstream(hello) as server, asking(server, form="chat") as client:
        await listen(client)
    assert server.asked[0].path == "/client/v4/accounts/acct/ai/v1/chat/completions"
    assert server.asked[0].body["model"] == "gpt-oss-20b"


async def test_an_openai_compatible_server_is_asked_without_account():
    async with upstream(hello) as server:
        client = Client(Endpoint(server.base, model="gpt-oss:20b", form="openai"))
        events, _ = await listen(client)
        await client.aclose()
    assert text(events) == "Hello"
    assert server.asked[0].path == "/client/v4/chat/completions"
    assert "authorization" not in server.asked[0].headers


async def test_events_of_one_read_come_in_one_list():
    async def script(asked):
        await asked.open()
        await asked.send(sse(delta(reasoning="Hm"), delta(content="a"), delta(content="b")))
        await asyncio.sleep(0.05)
        await asked.send(sse(delta(content="c"), finish()) + b"data: [DONE]\n\n")
        await asked.end()

    async with upstream(script) as server, asking(server) as client:
        batches = [batch async for batch in client.stream(QUESTION, {})]
    assert [event.text for event in batches[1]] == ["Hm", "ab"]
    assert batches[2] == [TextDelta("c"), Finished("stop")]


async def test_complete_asks_without_a_stream():
    async def script(asked):
        message = {"content": "Hi", "reasoning": "Hm"}
        body = {
            "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        }
        await asked.answer(200, orjson.dumps({"result": body, "success": True, "errors": [], "messages": []}))

    async with upstream(script) as server, asking(server) as client:
        done = await client.complete(QUESTION, {})
    assert (done.text, done.reasoning, done.finish_reason) == ("Hi", "Hm", "stop")
    assert done.usage == Usage(1, 2, 3)
    assert "stream" not in server.asked[0].body


async def test_neurons_of_the_header_count_when_the_body_tells_none():
    async def script(asked):
        await asked.open(cf_ai_neurons="1.98", cf_ai_req_id="req-7")
        await asked.send(sse(delta(content="x"), finish(usage={"prompt_tokens": 1, "completion_tokens": 1})))
        await asked.end()

    async with upstream(script) as server, asking(server) as client:
        events, _ = await listen(client)
    assert of(Usage, events)[0].neurons == 1.98
    assert events[0].request_id == "req-7"


async def test_the_connection_is_used_again():
    async with upstream(hello) as server, asking(server) as client:
        ports = set()
        for _ in range(3):
            await listen(client)
            ports.add(server.asked[-1]._writer.get_extra_info("peername"))
    assert len(ports) == 1


async def test_an_idle_connection_the_server_has_closed_is_no_failure():
    async def once(asked):
        await asked.say("Hello")
        await asyncio.sleep(0.05)
        asked.cut()

    async with upstream(once) as server, asking(server) as client:
        for _ in range(3):
            events, error = await listen(client)
            assert (text(events), error) == ("Hello", None)
            await asyncio.wait_for(server.asked[-1].gone.wait(), 2)


# The model's two names


async def no_such_model(asked):
    await asked.refuse(400, 5007, "AiError: No such model @cf/x/y or task")


@pytest.mark.parametrize(("status", "code"), [(400, 5007), (404, 3042), (404, 7003), (400, 7003)])
async def test_the_other_name_of_the_model_is_tried_once_and_remembered(status, code):
    async def only_catalogue(asked):
        if "@cf/openai/" in asked.path:
            await asked.say("Hello")
        else:
            await asked.refuse(status, code, "No such model")

    async with upstream(only_catalogue) as server, asking(server) as client:
        for _ in range(2):
            events, error = await listen(client)
            assert error is None
            assert of(Opened, events)[0].model == "@cf/openai/gpt-oss-20b"
    assert [asked.path.partition("/run/")[2] for asked in server.asked] == [
        "gpt-oss-20b",
        "@cf/openai/gpt-oss-20b",
        "@cf/openai/gpt-oss-20b",
    ]


async def test_the_other_name_is_tried_in_the_body_too():
    async def only_short(asked):
        if asked.body["model"] == "gpt-oss-20b":
            await asked.say("Hello")
        else:
            await asked.refuse(400, 5007, "No such model")

    async with (
        upstream(only_short) as server,
        asking(server, form="chat", model="@cf/openai/gpt-oss-20b") as client,
    ):
        assert text((await listen(client))[0]) == "Hello"


async def test_a_bare_404_means_no_such_route():
    async with (
        upstream(lambda asked: asked.answer(404, b"not found", "text/plain")) as server,
        asking(server) as client,
    ):
        _, error = await listen(client)
    assert isinstance(error, NoSuchModel)
    assert len(server.asked) == 2


async def test_a_model_that_neither_name_finds_is_asked_no_third_time():
    async with upstream(no_such_model) as server, asking(server) as client:
        _, error = await listen(client)
    assert isinstance(error, NoSuchModel)
    assert len(server.asked) == 2


# Retries


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
async def test_a_passing_failure_is_tried_again(status):
    async with upstream(lambda asked: asked.answer(status, b""), hello) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)
    assert [type(event) for event in events[:2]] == [Waiting, Opened]
    assert events[1].attempt == 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, 4006, DailyQuota),
        (429, 3036, DailyQuota),
        (401, 10000, Authentication),
        (400, 5006, BadRequest),
        (403, 5018, Authentication),
    ],
)
async def test_a_final_refusal_is_not_tried_again(status, code, kind):
    async with (
        upstream(lambda asked: asked.refuse(status, code, "AiError: no")) as server,
        asking(server) as client,
    ):
        events, error = await listen(client)
    assert type(error) is kind
    assert events == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(("code", "kind"), [(3040, Busy), (3021, RateLimited)])
async def test_a_crowded_upstream_is_tried_four_times_in_all(code, kind):
    async with upstream(lambda asked: asked.refuse(429, code, "busy")) as server, asking(server) as client:
        events, error = await listen(client)
    assert type(error) is kind
    assert len(server.asked) == 4
    assert [event.reason for event in of(Waiting, events)] == [kind.code] * 3


async def test_retry_after_is_waited_for():
    async with (
        upstream(lambda asked: asked.answer(503, b"", retry_after="0.3"), hello) as server,
        asking(server) as client,
    ):
        events, error = await listen(client)
    assert error is None
    assert events[0].seconds >= 0.3
    assert server.asked[1].at - server.asked[0].at >= 0.3


async def test_an_upstream_that_asks_for_a_long_wait_is_left_alone():
    async with (
        upstream(lambda asked: asked.answer(503, b"", retry_after="3600")) as server,
        asking(server) as client,
    ):
        _, error = await listen(client)
    assert error.retry_after == 3600
    assert len(server.asked) == 1


async def test_nobody_listening_is_unavailable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = Client(Endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}", "acct", TOKEN), retry=QUICK)
        events, error = await listen(client)
        await client.aclose()
    assert isinstance(error, Unavailable)
    assert len(of(Waiting, events)) == 3


async def test_a_cut_before_the_first_token_is_tried_again():
    async def cut(asked):
        await asked.open()
        await asked.send(sse(delta(role="assistant", content="")))
        asked.cut()

    async with upstream(cut, hello) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)
    assert of(Waiting, events)[0].reason == "interrupted"


async def test_a_finish_that_tells_of_a_failure_before_the_first_token_is_tried_again():
    async with upstream(lambda asked: asked.stream(finish("error")), hello) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)


async def test_an_error_in_the_stream_before_the_first_token_is_tried_again():
    async with (
        upstream(lambda asked: asked.stream({"errors": [{"code": 3040, "message": "busy"}]}), hello) as server,
        asking(server) as client,
    ):
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)


async def test_messages_that_fit_in_no_window_are_not_asked_again():
    async def full(asked):
        text = "This model's maximum context length is 1000 tokens. However, you requested 4096 output tokens"
        await asked.refuse(400, 5006, text)

    async with upstream(full) as server, asking(server) as client:
        _, error = await listen(client)
    assert isinstance(error, ContextOverflow)
    assert len(server.asked) == 1


# After the first token nothing is repeated


async def test_a_cut_after_the_first_token_is_told_and_its_text_kept():
    async def cut(asked):
        await asked.open()
        await asked.send(sse(delta(content="The answ")))
        await asyncio.sleep(0.02)
        asked.cut()

    async with upstream(cut) as server, asking(server) as client:
        events, error = await listen(client)
    assert isinstance(error, Interrupted)
    assert not error.retryable
    assert text(events) == "The answ"
    assert of(Finished, events) == []
    assert len(server.asked) == 1


async def test_a_stream_that_ends_without_a_finish_is_interrupted():
    async def stop(asked):
        await asked.open()
        await asked.send(sse(delta(content="The answ")))
        await asked.end()

    async with upstream(stop) as server, asking(server) as client:
        events, error = await listen(client)
    assert isinstance(error, Interrupted)
    assert text(events) == "The answ"
    assert len(server.asked) == 1


async def test_a_cut_after_the_finish_is_no_failure():
    async def cut(asked):
        await asked.open()
        await asked.send(sse(delta(content="x"), finish("stop")))
        await asyncio.sleep(0.02)
        asked.cut()

    async with upstream(cut) as server, asking(server) as client:
        events, error = await listen(client)
    assert error is None
    assert events[-1] == Finished("stop")


async def test_an_error_in_the_stream_after_the_first_token_ends_it():
    error_chunk = {"error": {"message": "upstream failed", "code": 500}}
    async with (
        upstream(lambda asked: asked.stream(delta(content="x"), error_chunk)) as server,
        asking(server) as client,
    ):
        events, error = await listen(client)
    assert isinstance(error, Unavailable)
    assert text(events) == "x"
    assert len(server.asked) == 1


# Silence


async def test_silence_before_the_first_token_is_bounded():
    quiet = Timeouts(first_token=0.2)
    async with upstream(silent) as server, asking(server, timeouts=quiet, retry=RetryPolicy(attempts=1)) as client:
        began = asyncio.get_running_loop().time()
        _, error = await listen(client)
        took = asyncio.get_running_loop().time() - began
        await asyncio.wait_for(server.asked[0].gone.wait(), 2)
    assert isinstance(error, Timeout)
    assert 0.2 <= took < 1


async def stall(asked):
    await asked.open()
    await asked.send(sse(delta(content="The answ")))
    await asked.watch_for_the_end()


async def test_silence_between_tokens_is_bounded():
    async with upstream(stall) as server, asking(server, timeouts=Timeouts(between_tokens=0.2)) as client:
        events, error = await listen(client)
        await asyncio.wait_for(server.asked[0].gone.wait(), 2)
    assert isinstance(error, Timeout)
    assert text(events) == "The answ"
    assert len(server.asked) == 1


@pytest.mark.parametrize("noise", [b": ping\n\n", b'data: {"choices":[{"delta":{"content":""}}]}\n\n', b"\n"])
async def test_bytes_without_a_token_do_not_count_as_life(noise):
    async def chatter(asked):
        await asked.open()
        await asked.send(sse(delta(content="x")))
        while not asked.gone.is_set():
            await asked.send(noise)
            await asyncio.sleep(0.02)

    async with upstream(chatter) as server, asking(server, timeouts=Timeouts(between_tokens=0.3)) as client:
        events, error = await asyncio.wait_for(listen(client), 3)
    assert isinstance(error, Timeout)
    assert text(events) == "x"


async def test_tokens_do_count_as_life():
    async def slow(asked):
        await asked.open()
        for _ in range(8):
            await asked.send(sse(delta(content="x")))
            await asyncio.sleep(0.1)
        await asked.send(sse(finish()) + b"data: [DONE]\n\n")

    async with (
        upstream(slow) as server,
        asking(server, timeouts=Timeouts(first_token=0.3, between_tokens=0.3)) as client,
    ):
        events, error = await listen(client)
    assert (text(events), error) == ("x" * 8, None)


async def test_an_endless_answer_is_bounded():
    async def endless(asked):
        await asked.open()
        while not asked.gone.is_set():
            await asked.send(sse(delta(content="x")))
            await asyncio.sleep(0.02)

    async with upstream(endless) as server, asking(server, timeouts=Timeouts(total=0.4)) as client:
        _, error = await asyncio.wait_for(listen(client), 3)
    assert isinstance(error, Timeout)


async def test_a_finish_without_an_end_waits_only_briefly_for_the_counts():
    async def no_end(asked):
        await asked.open()
        await asked.send(sse(delta(content="x"), finish("stop")))
        await asked.watch_for_the_end()

    async with upstream(no_end) as server, asking(server, timeouts=Timeouts(after_finish=0.1)) as client:
        events, error = await asyncio.wait_for(listen(client), 2)
    assert error is None
    assert events[-1] == Finished("stop")


async def test_a_slow_reader_is_not_taken_for_a_silent_upstream():
    """The time in which nobody asks for more does not count against the upstream."""

    async def quick(asked):
        await asked.open()
        await asked.send(sse(delta(content="a")))
        await asyncio.sleep(0.05)
        await asked.send(sse(delta(content="b"), finish()) + b"data: [DONE]\n\n")

    async with upstream(quick) as server, asking(server, timeouts=Timeouts(between_tokens=0.2)) as client:
        said = []
        async for batch in client.stream(QUESTION, {}):
            said += batch
            await asyncio.sleep(0.4)
    assert text(said) == "ab"


# Closing


async def endless_tokens(asked):
    await asked.open()
    with suppress(ConnectionError):
        while not asked.gone.is_set():
            await asked.send(sse(delta(content="x")))
            await asyncio.sleep(0.01)


async def test_closing_the_generator_closes_the_connection_at_once():
    async with upstream(endless_tokens) as server, asking(server) as client:
        stream = client.stream(QUESTION, {})
        async for batch in stream:
            if of(TextDelta, batch):
                break
        closed_at = asyncio.get_running_loop().time()
        await stream.aclose()
        await asyncio.wait_for(server.asked[0].gone.wait(), 2)
        assert server.asked[0].gone_at - closed_at < 0.5


@pytest.mark.parametrize("script", [silent, stall, endless_tokens])
async def test_cancelling_the_task_closes_the_connection_at_once(script):
    async with upstream(script) as server, asking(server) as client:
        task = asyncio.create_task(listen(client))
        async with asyncio.timeout(2):
            while not server.asked:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        cancelled_at = asyncio.get_running_loop().time()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.asked[0].gone.wait(), 2)
        assert server.asked[0].gone_at - cancelled_at < 0.5


async def test_a_forgotten_generator_closes_the_connection():
    async with upstream(endless_tokens) as server, asking(server) as client:
        stream = client.stream(QUESTION, {})
        await anext(stream)
        del stream
        gc.collect()
        await asyncio.wait_for(server.asked[0].gone.wait(), 2)


async def test_cancelling_during_a_wait_for_a_retry_is_heard():
    patient = RetryPolicy(attempts=2, base=60, cap=60)
    async with (
        upstream(lambda asked: asked.answer(503, b"", retry_after="30")) as server,
        asking(server, retry=patient) as client,
    ):
        task = asyncio.create_task(listen(client))
        async with asyncio.timeout(2):
            while not server.asked:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 1)


# Answers in another form than asked


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/json; charset=utf-8"])
async def test_json_in_place_of_a_stream_is_read_whole(kind):
    body = b'{"result":{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]},"success":true}'
    async with upstream(lambda asked: asked.answer(200, body, kind)) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)
    assert events[-1] == Finished("stop")


async def test_an_empty_json_reply_is_asked_once_more_without_a_stream():
    async def script(asked):
        if asked.body.get("stream"):
            await asked.answer(200, b'{"result":{},"success":true,"errors":[],"messages":[]}')
        else:
            await asked.answer(200, b'{"result":{"response":"Hello"},"success":true,"errors":[],"messages":[]}')

    async with upstream(script) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)
    assert len(server.asked) == 2


async def test_an_answer_that_stays_empty_is_an_error_not_an_empty_bubble():
    async with (
        upstream(lambda asked: asked.answer(200, b'{"result":{},"success":true}')) as server,
        asking(server) as client,
    ):
        _, error = await listen(client)
    assert isinstance(error, Interrupted | Protocol)


async def test_a_schema_that_cannot_be_streamed_is_asked_without_a_stream():
    async def script(asked):
        if asked.body.get("stream"):
            await asked.refuse(400, 5023, "JSON Schema mode is not supported with stream mode")
        else:
            await asked.answer(200, b'{"result":{"response":{"city":"Paris"}},"success":true}')

    async with upstream(script) as server, asking(server) as client:
        values = {"response_format": {"type": "json_schema", "json_schema": {"type": "object"}}}
        events, error = await listen(client, values)
    assert (text(events), error) == ('{"city":"Paris"}', None)


async def test_an_answer_cut_by_its_length_before_the_first_word_is_not_asked_again():
    async with upstream(lambda asked: asked.stream(finish("length"))) as server, asking(server) as client:
        events, error = await listen(client)
    assert error is None
    assert events[-1] == Finished("length")
    assert len(server.asked) == 1


async def test_success_that_is_an_error_is_an_error():
    async with (
        upstream(lambda asked: asked.refuse(200, 10000, "Authentication error")) as server,
        asking(server) as client,
    ):
        _, error = await listen(client)
    assert isinstance(error, Authentication)


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{broken", b""])
async def test_a_reply_that_is_no_answer_is_in_the_family(body):
    async with upstream(lambda asked: asked.answer(200, body)) as server, asking(server) as client:
        _, error = await listen(client)
    assert isinstance(error, Protocol | Interrupted)


async def test_an_event_without_end_does_not_fill_the_memory():
    async def flood(asked):
        await asked.open()
        with suppress(ConnectionError):
            while not asked.gone.is_set():
                await asked.send(b"x" * 65536)

    async with upstream(flood) as server, asking(server) as client:
        _, error = await asyncio.wait_for(listen(client), 5)
    assert isinstance(error, Protocol)


async def test_a_redirect_is_not_followed():
    async with (
        upstream(lambda asked: asked.answer(302, b"", location="http://127.0.0.1:1/")) as server,
        asking(server) as client,
    ):
        _, error = await listen(client)
    assert isinstance(error, Protocol)
    assert len(server.asked) == 1


async def test_bytes_that_are_no_http_are_in_the_family():
    async def garbage(asked):
        await asked.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        asked.cut()

    async with upstream(garbage) as server, asking(server) as client:
        _, error = await listen(client)
    assert isinstance(error, Unavailable)


async def test_a_chunk_size_that_is_no_number_is_in_the_family():
    async def garbage(asked):
        await asked.open()
        await asked.send(sse(delta(content="x")))
        await asyncio.sleep(0.02)
        await asked.write(b"zz\r\nwhat\r\n")

    async with upstream(garbage) as server, asking(server) as client:
        events, error = await listen(client)
    assert isinstance(error, Interrupted)
    assert text(events) == "x"


# The circuit


async def test_a_storm_opens_the_circuit_and_it_heals_by_itself():
    broken = True

    async def script(asked):
        await (asked.answer(503, b"") if broken else asked.say("Hello"))

    circuit = Circuit(failures=3, rest=0.2)
    once = RetryPolicy(attempts=1)
    async with upstream(script) as server, asking(server, circuit=circuit, retry=once) as client:
        for _ in range(3):
            assert isinstance((await listen(client))[1], Unavailable)
        assert circuit.state == "open"
        _, error = await listen(client)
        assert isinstance(error, Unavailable)
        assert error.retry_after
        assert len(server.asked) == 3, "an open circuit asks nobody"
        broken = False
        async with asyncio.timeout(2):
            while circuit.state == "open":
                await asyncio.sleep(0.01)
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)
    assert circuit.state == "closed"


async def test_refusals_do_not_open_the_circuit():
    circuit = Circuit(failures=2)
    async with (
        upstream(lambda asked: asked.refuse(400, 5006, "Bad input")) as server,
        asking(server, circuit=circuit) as client,
    ):
        for _ in range(5):
            await listen(client)
    assert circuit.state == "closed"


# Secrets


async def test_the_token_is_sent_and_appears_nowhere_else():
    async def echo(asked):
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        await asked.refuse(400, 5006, f"Bad input: header {asked.headers['authorization']}")

    async with upstream(echo) as server, asking(server) as client:
        _, error = await listen(client)
        said = [repr(client), repr(client.endpoint), str(error), repr(error), error.detail, error.sentence]
        chain = error
        while chain := (chain.__cause__ or chain.__context__):
            said.append(repr(chain))
    assert isinstance(error, BadRequest)
    assert TOKEN not in "".join(said)


async def test_the_environment_does_not_reroute_requests(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with upstream(hello) as server, asking(server) as client:
        events, error = await listen(client)
    assert (text(events), error) == ("Hello", None)


async def test_a_hundred_streams_at_once_lose_nothing():
    async def script(asked):
        await asked.open()
        for number in range(50):
            await asked.send(sse(delta(content=f"{number} ")))
            await asyncio.sleep(0)
        await asked.send(sse(finish()) + b"data: [DONE]\n\n")
        await asked.end()

    whole = "".join(f"{number} " for number in range(50))
    async with upstream(script) as server, asking(server) as client:
        for events, error in await asyncio.gather(*(listen(client) for _ in range(100))):
            assert (text(events), error) == (whole, None)
