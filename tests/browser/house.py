"""The running product as the browser tests see it: a server, members who are signed in, and their pages."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.server.process import PROJECT, ServeProcess

PATIENCE = 30.0  # seconds; the machine of the tests may be busy with other things
POOL = 8  # members made at once: each call of the shell costs seconds

expect.set_options(timeout=PATIENCE * 1000)


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE, page: Page | None = None) -> Any:
    """The first true value of `holds()`; AssertionError saying `what` was waited for when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        if value := holds():
            return value
        assert time.monotonic() < deadline, f"Waited {seconds:g} s in vain until {what}."
        page.wait_for_timeout(20) if page else time.sleep(0.02)


def numbered(count: int, paragraph: int = 20) -> str:
    """w1 w2 w3 …, so that a lost, doubled or moved word shows; to be said inside text="…"."""
    words = [f"w{n}" for n in range(1, count + 1)]
    return "\\n\\n".join(" ".join(words[at : at + paragraph]) for at in range(0, count, paragraph))


def saying(count: int, **directives: object) -> str:
    """A question that the stand-in answers with `numbered(count)`."""
    options = "".join(f" {name}={value}" for name, value in ({"reasoning": 0} | directives).items())
    return f'Count, please [[standin text="{numbered(count)}"{options}]]'


def words(count: int) -> list[str]:
    return [f"w{n}" for n in range(1, count + 1)]


@dataclass
class Member:
    id: int
    name: str
    email: str
    session: str


class House:
    """One server for a file of tests."""

    def __init__(self, server: ServeProcess, browser: Browser):
        self.server = server
        self.browser = browser
        self._free: dict[str, list[Member]] = {}
        self._teller: subprocess.Popen[str] | None = None
        self._seasoned: BrowserContext | None = None

    def tell(self, call: str, module: str = "people") -> Any:
        """Run a function of people.py, or of its like, in the server's database; returns what it told."""
        if self._teller is None:
            self._teller = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.teller"],
                cwd=PROJECT,
                env=self.server.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._teller.stdin
        assert self._teller.stdout
        self._teller.stdin.write(json.dumps([module, call]) + "\n")
        self._teller.stdin.flush()
        answer = json.loads(self._teller.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return json.loads(answer["told"].split("told:", 1)[1].splitlines()[0])

    def close(self) -> None:
        """Close the seasoned browser and end the teller, if there were any."""
        self.forget_seasoned()
        if self._teller is not None:
            self._teller.communicate()

    def member(self, role: str = "member") -> Member:
        """Somebody who has nothing yet."""
        if not self._free.get(role):
            count = POOL if role == "member" else 2
            self._free[role] = [Member(**one) for one in self.tell(f"gather({count}, {role!r})")]
        return self._free[role].pop()

    def seasoned(self, member: Member) -> BrowserContext:
        """The browser that most tests use by turns, the member signed in.

        Scripts and styles stay in its cache, as they do for everybody who comes back: half of what opening a page
        costs. All that a member leaves in a browser `leave_seasoned` takes away.
        """
        if self._seasoned is None:
            self._seasoned = self.context()
        self._sign_in(self._seasoned, member)
        return self._seasoned

    def leave_seasoned(self) -> None:
        """After a test: nothing of it may reach the next one."""
        context = self._seasoned
        if context is None:
            return
        context.unroute_all()
        context.set_offline(False)
        context.clear_cookies()
        for page in context.pages:
            page.close(run_before_unload=False)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        stored = {
            "origin": self.server.base_url,
            "storageTypes": "local_storage,indexeddb,service_workers,cache_storage",
        }
        devtools.send("Storage.clearDataForOrigin", stored)
        page.close()

    def forget_seasoned(self) -> None:
        """The next test gets a new one: after a failure nobody knows what is in it."""
        if self._seasoned is not None:
            self._seasoned.close()
            self._seasoned = None

    def context(self, member: Member | None = None, **options: Any) -> BrowserContext:
        """A browser of its own, signed in if a member is given."""
        options.setdefault("viewport", {"width": 1280, "height": 800})
        options.setdefault("reduced_motion", "reduce")
        context = self.browser.new_context(base_url=self.server.base_url, **options)
        context.set_default_timeout(PATIENCE * 1000)
        if member:
            self._sign_in(context, member)
        return context

    def _sign_in(self, context: BrowserContext, member: Member) -> None:
        context.add_cookies(
            [{"name": "session", "value": member.session, "url": self.server.base_url, "httpOnly": True}]
        )


def window(beside: Page) -> Page:
    """Another page of the same browser, in a window of its own: a tab behind another is drawn once in a second."""
    if beside.is_closed():
        return beside.context.new_page()
    with beside.context.expect_page() as opened:
        beside.evaluate("() => { open('about:blank', '', 'popup,noopener'); }")
    page = opened.value
    assert beside.viewport_size
    page.set_viewport_size(beside.viewport_size)
    return page


@dataclass
class Chat:
    """A chat page, by what a person does and sees."""

    page: Page
    errors: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    sockets: int = 0

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._socket_opened)

    def _socket_opened(self, socket: Any) -> None:
        self.sockets += 1
        socket.on("framereceived", lambda data: self.frames.append(json.loads(data)))

    def open(self, path: str = "/") -> "Chat":
        self.frames.clear()
        self.page.goto(path)
        return self.connected()

    def reload(self) -> "Chat":
        self.frames.clear()
        self.page.reload()
        return self.connected()

    def connected(self) -> "Chat":
        """The page's scripts run and its socket is heard: only then it hears what happens."""
        until(lambda: any(frame["t"] == "hello" for frame in self.frames), "the socket is open", page=self.page)
        return self

    def ask(self, text: str) -> "Chat":
        self.box.fill(text)
        self.box.press("Enter")
        return self

    # ── what is on the page ──────────────────────────────────────────────────────────────────
    @property
    def box(self) -> Locator:
        return self.page.locator("#composer-text")

    @property
    def send(self) -> Locator:
        return self.page.locator("#send")

    @property
    def questions(self) -> Locator:
        return self.page.locator("#transcript article[data-role=user]")

    @property
    def answers(self) -> Locator:
        return self.page.locator("#transcript article[data-role=assistant]")

    @property
    def last(self) -> Locator:
        return self.answers.last

    @property
    def text(self) -> Locator:
        """The text of the last answer."""
        return self.last.locator("[data-answer]")

    def ended(self, state: str = "complete", answer: Locator | None = None, seconds: float = 60) -> "Chat":
        """The last answer, or the one given, is in this end state, and has its canonical form (its actions)."""
        answer = answer or self.last
        expect(answer).to_have_attribute("data-state", state, timeout=seconds * 1000)
        expect(answer.locator(".actions")).to_be_visible()
        return self

    def begun(self) -> "Chat":
        """The last answer has text on the page."""
        expect(self.text.locator(".block").first).not_to_be_empty()
        return self

    def words(self, answer: Locator | None = None) -> list[str]:
        """The words of an answer as painted."""
        return ((answer or self.last).locator("[data-answer]").text_content() or "").split()

    def source(self, answer: Locator | None = None) -> str:
        """The text of an answer as stored."""
        message = (answer or self.last).get_attribute("data-message")
        response = self.page.request.get(f"/m/{message}/source/")
        assert response.ok, response.status
        return response.text()

    def sent(self) -> dict[str, Any]:
        """The body of the last answer's request, as "About this answer" shows it."""
        self.last.hover()
        self.last.locator(".actions [data-do=about]").click()
        expect(self.page.locator("#about")).to_be_visible()
        body = self.page.evaluate("() => JSON.parse(document.querySelector('#about-json').textContent)")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("#about")).to_be_hidden()
        return body

    def differences(self) -> list[Any]:
        """Where answers on the page differ from the server's canonical HTML, what enhancing added set aside."""
        return self.page.evaluate(
            """async () => {
              const modules = performance.getEntriesByType("resource").map((entry) => entry.name);
              const {originalOf} = await import(modules.find((name) => /chat\\/enhance\\.[^/]*js$/.test(name)));
              const plain = (html) => {
                const holder = document.createElement("template");
                holder.innerHTML = html;
                return holder.innerHTML;
              };
              const found = [];
              for (const article of document.querySelectorAll("#transcript article[data-role=assistant]")) {
                const response = await fetch(`/m/${article.dataset.message}/`);
                const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
                const wanted = [...fresh.querySelectorAll(".block")].map((block) => plain(block.innerHTML));
                const shown = [...article.querySelectorAll(".block")].map((block) => plain(originalOf(block)));
                if (JSON.stringify(wanted) !== JSON.stringify(shown)) found.push({wanted, shown});
              }
              return found;
            }"""
        )

    def stored(self) -> dict[str, str]:
        """What lies in the browser's web storage."""
        return self.page.evaluate("() => ({...localStorage, ...sessionStorage})")
