"""Asynchronous batches: refused as a model without them would, taken when asked to."""

from .wire import RUN, Wire, body

PATH = RUN + "?queueRequest=true"
BATCH = {
    "requests": [
        {**body("What is 2+2?"), "external_reference": "sum"},
        {"input": "What is 3*3?", "external_reference": "product"},
        {**body("hello"), "top_k": 80},
    ]
}


def test_a_batch_is_refused_by_default(wire: Wire):
    assert wire.refused(BATCH, PATH)[:2] == (400, 5006)


def test_requests_without_the_queue_are_bad_input(wire: Wire):
    assert "queueRequest" in wire.refused(BATCH)[2]


def test_a_batch_is_queued_then_running_then_answered(wire: Wire):
    queued = wire.post(BATCH, PATH, x_standin="batch=accept").json()["result"]
    assert queued["status"] == "queued"
    poll = {"request_id": queued["request_id"]}
    states = [wire.post(poll, PATH).json()["result"] for _ in range(3)]
    assert [s.get("status") for s in states] == ["queued", "running", None]
    first, second, third = states[2]["responses"]
    assert (first["id"], first["external_reference"], first["success"]) == (0, "sum", True)
    assert "4" in first["result"]["choices"][0]["message"]["content"]
    assert second["result"]["output"][-1]["content"][0]["text"]
    assert (third["id"], third["success"]) == (2, False)
    assert "must be <= 50" in third["error"]


def test_an_unknown_batch_is_an_error(wire: Wire):
    assert wire.refused({"request_id": "no"}, PATH)[1] == 5004
