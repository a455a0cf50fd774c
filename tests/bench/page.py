"""How fast the chat page with a conversation of 1,000 messages is in Chromium: to open, scroll, type and paste.

Frames are what requestAnimationFrame says. The work of a key is the time in its handlers and in the editing itself
(keydown, then beforeinput to input), and of the frame after it (from its first callback until style, layout and
painting are done); waiting for the screen in between is not work. What the browser itself says of the same keys,
waiting included, is beside it (Event Timing). A paste is judged by the longest task that the browser reports.

All these are by the clock on the wall. Beside them stands the processor time of the page's main thread: of its
scripts, of style and layout, and of all it did (painting, too, but not what other threads draw). On a machine that
others use it says more of the page than the clock does.
"""

import json
import os
import statistics
import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.bench.answer_text import WORDS
from tests.browser.launch import launch
from tests.server.process import ServeProcess

MESSAGES = 1000
TIMES = 7
KEYS = 50
PASTED = 160_000  # characters, about 40,000 tokens
FAST = 12_000  # px a second on the way up, through all that is fetched
READING = 3000  # px a second through what is there
STRETCH = 30_000  # px of that

# In the page before anything else. `seen(isThere)`: the moment when a screen for which it holds is painted.
WATCH = """
window.seen = (isThere) => new Promise((done) => {
  const look = () => {
    if (!isThere()) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel(); // heard once this frame is painted
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
    return undefined;
  };
  requestAnimationFrame(look);
});
window.isAtEnd = () => {
  const view = document.querySelector("#transcript");
  return Boolean(view) && view.scrollTop > 0 && view.scrollHeight - view.clientHeight - view.scrollTop < 3;
};
window.atEnd = seen(() => document.querySelector("#composer-text") && isAtEnd());
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: "longtask" });
"""

OPENED = """async () => {
  const painted = await atEnd;
  const [page] = performance.getEntriesByType("navigation");
  return {
    painted,
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
    server: page.responseEnd - page.requestStart,
  };
}"""

CHOSEN = """async (key) => {
  const began = performance.now();
  document.querySelector(`.row[data-conversation="${key}"] a`).click();
  return (await seen(() => document.querySelector("#main").dataset.conversation === key && isAtEnd())) - began;
}"""

COUNT_FRAMES = """() => {
  const frames = (window.frames = { deltas: [], isOn: true });
  let last = 0;
  const tick = (now) => {
    if (last) frames.deltas.push(now - last);
    last = now;
    if (frames.isOn) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  longTasks.length = 0;
}"""

HAS_ABOVE = """() => {
  const view = document.querySelector("#transcript");
  return view.scrollTop > 0 || Boolean(view.querySelector("#earlier"));
}"""

COUNTED = "() => { frames.isOn = false; return { deltas: frames.deltas, tasks: longTasks }; }"

WATCH_KEYS = """() => {
  if (window.keys) return Object.assign(keys, { works: [], events: [] });
  const now = () => performance.now();
  window.keys = { works: [], events: [] };
  let began = 0;
  let work = 0;
  addEventListener("keydown", () => { began = now(); work = 0; }, true);
  addEventListener("keydown", () => { work = now() - began; });
  addEventListener("beforeinput", () => {
    began = now();
    requestAnimationFrame(() => {
      const frame = now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => keys.works.push(work + now() - frame);
      port2.postMessage(null);
    });
  }, true);
  addEventListener("input", () => { work += now() - began; });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "keydown") keys.events.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
  return undefined;
}"""


def page() -> dict[str, Any]:
    """Milliseconds, but for shares and counts."""
    with ServeProcess(env={"LOG_LEVEL": "WARNING"}) as server, sync_playwright() as playwright:
        code = f"from tests.bench.people import long_talk; long_talk({MESSAGES})"
        said = server.manage("shell", "-v", "0", "-c", code, timeout=300)
        talk = json.loads(next(x for x in said.splitlines() if x.startswith("talk:"))[5:])
        browser = launch(playwright)
        context = _context(browser.new_context(viewport={"width": 1280, "height": 800}), server.base_url, talk)
        try:
            found: dict[str, Any] = {"load": [round(one, 1) for one in os.getloadavg()]}
            for name, value in _measured(context, server.base_url, talk["conversation"]):
                print(f"  {name}: {value}", file=sys.stderr, flush=True)
                found[name] = value
            return found
        finally:
            browser.close()


def _measured(context: BrowserContext, address: str, key: str) -> Iterator[tuple[str, Any]]:
    yield "opened by its address", _opened(context, address, key)
    yield "opened from the list", _chosen(context, address, key)
    yield from _used(context, f"{address}/c/{key}/")


def _context(context: BrowserContext, address: str, talk: dict[str, Any]) -> BrowserContext:
    pairs = [pair.split("=", 1) for pair in talk["cookie"].split("; ")]
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in pairs])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(WATCH)
    return context


def _opened(context: BrowserContext, address: str, key: str) -> dict[str, Any]:
    """From the navigation to the last screen of the conversation painted; browser and cache are warm."""
    page = context.new_page()
    found = []
    for _ in range(TIMES + 2):
        page.goto(f"{address}/c/{key}/")
        found.append(page.evaluate(OPENED))
        page.wait_for_load_state("networkidle")
    page.close()
    warm = found[2:]
    return {
        "last screen painted": _spread([one["painted"] for one in warm]),
        "first words painted": _spread([one["first"] for one in warm if one["first"]]),
        "of it the server": _spread([one["server"] for one in warm]),
    }


def _chosen(context: BrowserContext, address: str, key: str) -> dict[str, Any]:
    """From the press on its row to the last screen painted."""
    page = context.new_page()
    found = []
    for _ in range(TIMES + 1):
        page.goto(f"{address}/")
        page.wait_for_load_state("networkidle")
        found.append(page.evaluate(CHOSEN, key))
    page.close()
    return _spread(found[1:])


def _used(context: BrowserContext, url: str) -> Iterator[tuple[str, Any]]:
    page = context.new_page()
    page.goto(url)
    page.evaluate(OPENED)
    page.wait_for_load_state("networkidle")
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    yield "typed, last messages", _typed(page, devtools)
    work = Work(devtools)
    page.evaluate(COUNT_FRAMES)
    while page.evaluate(HAS_ABOVE):
        _wheel(devtools, 12_000, FAST)
    frames = _frames(page.evaluate(COUNTED))
    yield "scrolled up through all that is fetched", frames | work.per(frames["frames"])
    yield "messages in the page", page.locator("#transcript > article").count()
    work = Work(devtools)
    page.evaluate(COUNT_FRAMES)
    _wheel(devtools, -STRETCH, READING)
    frames = _frames(page.evaluate(COUNTED))
    yield "scrolled down, all in the page", frames | work.per(frames["frames"])
    yield "typed, all messages", _typed(page, devtools)
    yield from _pasted(page, devtools)
    page.close()


class Work:
    """Processor time of the page's main thread from here on."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        told = self._devtools.send("Performance.getMetrics")["metrics"]
        by = {one["name"]: one["value"] * 1000 for one in told}
        style = by["RecalcStyleDuration"] + by["LayoutDuration"]
        return {"script": by["ScriptDuration"], "style and layout": style, "all": by["TaskDuration"]}

    def per(self, count: int) -> dict[str, dict[str, float]]:
        """Milliseconds for each of `count` frames, keys or pastes."""
        spent = {name: round((value - self._before[name]) / count, 1) for name, value in self._now().items()}
        return {"processor time": spent}


def _wheel(devtools: CDPSession, pixels: int, speed: int) -> None:
    """A steady turn of the wheel over the messages, upwards where `pixels` are positive."""
    gesture = {"x": 700, "y": 400, "yDistance": pixels, "speed": speed, "preventFling": True}
    devtools.send("Input.synthesizeScrollGesture", {**gesture, "gestureSourceType": "mouse"})


def _typed(
    page: Page, devtools: CDPSession, text: str = "the model answers a question with care "
) -> dict[str, Any]:
    page.evaluate(WATCH_KEYS)
    page.focus("#composer-text")
    letters = (text * KEYS)[:KEYS]
    work = Work(devtools)
    for letter in letters:
        page.keyboard.type(letter)
        page.wait_for_timeout(40)
    page.wait_for_timeout(300)
    spent = work.per(KEYS)
    keys = page.evaluate("() => keys")
    page.evaluate("() => { document.querySelector('#composer-text').setSelectionRange(1e9, 1e9); }")
    # Keys that were presented sooner than 16 ms are not reported.
    shown = keys["events"] + [16] * (KEYS - len(keys["events"]))
    return {"work": _spread(keys["works"]), "until shown, Event Timing": _spread(shown)} | spent


def _pasted(page: Page, devtools: CDPSession) -> Iterator[tuple[str, Any]]:
    words = " ".join(WORDS[n * 7 % len(WORDS)] for n in range(PASTED // 4))[:PASTED]
    tasks = []
    spent = []
    for _ in range(3):
        page.fill("#composer-text", "")
        page.evaluate("(words) => navigator.clipboard.writeText(words)", words)
        page.focus("#composer-text")
        page.wait_for_timeout(1500)  # the draft that was there is saved
        page.evaluate("() => { longTasks.length = 0; }")
        work = Work(devtools)
        page.keyboard.press("ControlOrMeta+V")
        page.wait_for_timeout(3000)  # and so is the new one
        assert page.evaluate("() => document.querySelector('#composer-text').value.length") == len(words)
        spent.append(work.per(1)["processor time"])
        tasks.append(max(page.evaluate("() => longTasks"), default=0))
    yield f"paste of {PASTED // 1000} kB, longest task (0: below 50)", [round(task) for task in tasks]
    yield "processor time of a paste, the saving of its draft included", spent
    yield "typed behind the paste", _typed(page, devtools)


def _frames(counted: dict[str, Any]) -> dict[str, Any]:
    deltas = counted["deltas"]
    return {
        **_spread(deltas),
        "frames": len(deltas),
        "over 33 ms": f"{100 * sum(one > 33.4 for one in deltas) / len(deltas):.1f} %",
        "long tasks": len(counted["tasks"]),
    }


def _spread(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {
        "median": round(statistics.median(values), 1),
        "p95": round(cuts[18], 1),
        "worst": round(max(values), 1),
    }
