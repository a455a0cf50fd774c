"""docs/architecture.md walks one message through the house. It is held to the code, and then really walked."""

import ast
import asyncio
import re
import sys
import threading
import uuid
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatapp.chat import runs
from chatapp.chat.consumers import TabConsumer
from chatapp.conversations.models import Conversation
from chatapp.standin import launch

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^\| (\d+) \| `([^`]+)` \| `([^`]+)` \|", DOCUMENT, re.M)
IN_PYTHON = [(path, name) for _, path, name in STEPS if path.endswith(".py")]
IN_THE_BROWSER = [(path, name) for _, path, name in STEPS if path.endswith(".js")]


def functions(path: str) -> set[str]:
    """The functions of a Python file, methods with their class."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
            found.update(f"{node.name}.{method.name}" for method in methods)
    return found


def test_the_walk_is_numbered_and_goes_from_the_box_to_the_bubble():
    assert [int(number) for number, _, _ in STEPS] == list(range(1, len(STEPS) + 1))
    assert STEPS[0][1].endswith("composer.js")
    assert STEPS[-1][1].endswith("painter.js")
    for words in ("**the token comes in**", "**the event is stored**", "**the token goes out**"):
        assert DOCUMENT.count(words) == 1


@pytest.mark.parametrize(("path", "name"), IN_PYTHON)
def test_the_step_is_where_the_walk_says(path, name):
    assert name in functions(path)


@pytest.mark.parametrize(("path", "name"), IN_THE_BROWSER)
def test_the_step_in_the_browser_is_where_the_walk_says(path, name):
    method = rf"^  (?:async )?{re.escape(name)}\("
    assert re.search(method, (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_in_the_browser_one_step_calls_the_next():
    read = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in IN_THE_BROWSER}
    page = (ROOT / "static/js/chat.js").read_text(encoding="utf-8")
    assert 'from "./outbox.js"' in read["static/js/chat/composer.js"]
    assert "ask: letter.ask" in read["static/js/chat/outbox.js"]
    assert "this.#onFrame(frame)" in read["static/js/chat/socket.js"]
    assert "transcript.grew(frame)" in page
    assert ".grew(frame)" in read["static/js/chat/transcript.js"]


def test_every_file_that_the_document_names_is_there():
    for path in set(re.findall(r"`((?:chatapp|static|tests|docs)/[^`*]+)`", DOCUMENT)):
        assert (ROOT / path).exists(), path


def test_every_room_has_a_floor_in_the_document():
    rooms = {p.name for p in (ROOT / "chatapp").iterdir() if (p / "__init__.py").exists()}
    named = set(re.findall(r"`chatapp/(\w+)`", DOCUMENT.split("## Five decisions")[0]))
    assert rooms == named


class Trail:
    """Goes along the walk as its steps are called, in all threads; `left` are those not yet reached in order."""

    def __init__(self) -> None:
        self.begun = False
        self.left = list(IN_PYTHON)

    def _note(self, frame, event, _argument) -> None:
        if event == "call" and self.begun and self.left:
            path, name = self.left[0]
            if frame.f_code.co_qualname == name and frame.f_code.co_filename == str(ROOT / path):
                self.left.pop(0)

    def __enter__(self) -> "Trail":
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_exc: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)


def signed_in(user, conversation: uuid.UUID) -> Client:
    """A browser of the user, whose conversation is there before its first question, so that a tab can watch it."""
    Conversation.objects.create(owner=user, key=conversation, updated=timezone.now())
    browser = Client()
    browser.force_login(user)
    return browser


def post(browser: Client, conversation: uuid.UUID) -> int:
    url = reverse("chat:send", args=[conversation])
    try:
        return browser.post(url, {"ask": str(uuid.uuid4()), "text": "[[standin tokens=30 rate=200]]"}).status_code
    finally:
        connection.close()  # this thread's


@pytest.mark.django_db(transaction=True)
async def test_a_real_message_takes_every_step_of_the_walk_in_its_order(alice, settings, monkeypatch):
    with launch.start() as standin, Trail() as trail:
        monkeypatch.setenv("STANDIN_URL", standin.url)
        await runs.start()
        conversation = uuid.uuid4()
        browser = await sync_to_async(signed_in)(alice, conversation)
        tab = WebsocketCommunicator(TabConsumer.as_asgi(), "/ws/")
        session = SimpleNamespace(session_key=browser.cookies[settings.SESSION_COOKIE_NAME].value)
        tab.scope |= {"user": alice, "session": session}
        try:
            assert (await tab.connect())[0]
            await tab.send_json_to({"watch": str(conversation)})
            while "watching" not in await tab.receive_from(10):
                continue
            trail.begun = True
            # In a thread, as the server runs a view; a new one, so that its calls are noted.
            assert await sync_to_async(post, thread_sensitive=False)(browser, conversation) == 200
            async with asyncio.timeout(20):
                while '"end"' not in await tab.receive_from(10):
                    continue
        finally:
            await tab.disconnect()
            await runs.drain(seconds=5)
    assert trail.left == []


def test_the_walk_never_climbs_while_a_message_goes_down_and_never_dives_while_it_comes_back():
    from tests.test_floors import FLOORS

    floors = [FLOORS[path.split("/")[1]] for path, _ in IN_PYTHON]
    lowest = floors.index(min(floors))
    down, up = floors[: lowest + 1], floors[lowest:]
    assert [pair for pair in pairwise(down) if pair[0] < pair[1]] in (
        [],
        [(FLOORS["conversations"], FLOORS["chat"])],
    ), "the view answers, the loop begins"
    assert all(a <= b for a, b in pairwise(up))
