"""The questions of `manage.py check_model`, asked of the stand-in and of a server that can do little."""

import orjson
import pytest

from chatapp.standin import launch
from chatapp.workersai.check import check
from chatapp.workersai.client import Client
from chatapp.workersai.endpoint import Endpoint
from chatapp.workersai.retry import RetryPolicy
from tests.workersai.upstream import upstream

CAPABILITIES = {
    "route", "usage", "stream form", "reasoning field", "effort", "tools", "JSON schema", "max_tokens", "context",
}  # fmt: skip


async def findings(endpoint):
    client = Client(endpoint, retry=RetryPolicy(attempts=1))
    try:
        return {finding.capability: finding async for finding in check(client)}
    finally:
        await client.aclose()


@pytest.fixture(scope="module")
def standin():
    with launch.start() as running:
        yield running


@pytest.mark.parametrize("form", ["run", "chat"])
async def test_the_stand_in_can_do_everything(standin, form):
    found = await findings(Endpoint(standin.base, "acct", "token", form=form))
    assert set(found) == CAPABILITIES
    assert {name: finding.sentence for name, finding in found.items() if finding.verdict != "ok"} == {}


async def test_without_a_route_nothing_else_is_asked():
    async with upstream(lambda asked: asked.refuse(401, 10000, "Authentication error")) as server:
        found = await findings(Endpoint(server.base, "acct", "token"))
        assert len(server.asked) == 1
    assert [(finding.capability, finding.verdict) for finding in found.values()] == [("route", "failed")]


async def test_what_a_server_cannot_do_is_said():
    async def plain(asked):
        body = {"choices": [{"message": {"content": "ready"}, "finish_reason": "stop"}]}
        await asked.answer(200, orjson.dumps({"result": body, "success": True}))

    async with upstream(plain) as server:
        found = await findings(Endpoint(server.base, "acct", "token"))
    assert {name: finding.verdict for name, finding in found.items()} == {
        "route": "ok",
        "usage": "unclear",
        "stream form": "failed",
        "reasoning field": "unclear",
        "effort": "unclear",
        "tools": "unclear",
        "JSON schema": "failed",
        "max_tokens": "unclear",
        "context": "unclear",
    }
    assert all(finding.sentence for finding in found.values())
