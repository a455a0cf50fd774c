"""A bare page with an answer in it, for tests of what the browser paints: the real files, no application.

The server is a thread of the test; it serves static/, a page under the application's content policy, and
whatever a test puts into `site.pages`. Requests are recorded, so that a test can prove that none went elsewhere.
"""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.launch import launch

STATIC = Path(__file__).parents[2] / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# The article as templates/chat/_message.html has it while the reply runs.
ARTICLE = """<article class="message message-assistant" id="m-1" data-message="m1" data-role="assistant"
 data-reply="r1" data-state="{state}" data-seq="{seq}"{busy}>
<h2 class="visually-hidden">gpt-oss-20b answered</h2>
<p class="waiting" data-waiting>Waiting for the first words</p>
<details class="reasoning" data-reasoning{reasoning_attributes}>
<summary><span data-reasoning-label>{label}</span></summary>
<div class="reasoning-text" data-reasoning-text dir="auto">{reasoning}</div></details>
<div class="answer markdown" data-answer hx-disable dir="auto">{answer}</div>
{notice}<footer class="actions"></footer>
</article>"""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Answers</title>
<link rel="stylesheet" href="/static/css/base.css"><link rel="stylesheet" href="/static/css/transcript.css">
<link rel="stylesheet" href="/static/css/markdown.css"><link rel="stylesheet" href="/frame.css"></head>
<body><main id="main"><div id="transcript" class="transcript" role="log" aria-live="off" tabindex="0">{body}</div>
<button type="button" id="jump" hidden>Jump to latest</button><textarea id="composer"></textarea></main>
<div id="announcer" role="status"></div></body></html>"""

FRAME_CSS = """body { margin: 0 } #main { display: flex; flex-direction: column; height: 100vh }
#composer { flex: none; height: 60px }"""


def article(*, state="running", seq=0, reasoning="", answer="", label="Thinking", notice="") -> str:
    return ARTICLE.format(
        state=state,
        seq=seq,
        busy=' aria-busy="true"' if state == "running" else "",
        reasoning_attributes="" if reasoning else " hidden",
        label=label,
        reasoning=reasoning,
        answer=answer,
        notice=notice,
    )


@dataclass
class Site:
    """The running server: its address, what it serves besides static files, what it was asked for."""

    address: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def show(self, page, body: str = "") -> None:
        """Opens the page with `body` in its transcript and waits until it is loaded."""
        self.pages["/"] = ("text/html; charset=utf-8", PAGE.format(body=body))
        page.goto(self.address)


def serve() -> tuple[Site, ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.split("?")[0]
            site.asked.append(path)
            found = STATIC.joinpath(path.removeprefix("/static/"))
            if path in site.pages:
                kind, body = site.pages[path][0], site.pages[path][1].encode()
            elif path.startswith("/static/") and found.is_file():
                kind, body = guess_type(found.name)[0] or "application/octet-stream", found.read_bytes()
            else:
                kind, body = "text/plain", b""
            self.send_response(200 if body or path in site.pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(
        f"http://127.0.0.1:{server.server_port}/",
        {"/frame.css": ("text/css", FRAME_CSS), "/favicon.ico": ("image/x-icon", "")},
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return site, server


def wait_until(page, condition: str, seconds: float = 15) -> None:
    """Polls a JavaScript expression; Playwright's own way evaluates strings, which the page's policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"never came true: {condition}"
        page.wait_for_timeout(20)


@pytest.fixture(scope="module")
def chromium():
    """A browser for one file of tests: while it is open, nothing else can run an event loop in this thread."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def answers_site():
    site, server = serve()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def answers(chromium, answers_site):
    """(page, site): a fresh page, and the site that shows it answers."""
    page = chromium.new_page(viewport={"width": 1000, "height": 700}, reduced_motion="reduce")
    page.on("pageerror", lambda error: pytest.fail(f"error in the page: {error}"))
    yield page, answers_site
    page.close()
