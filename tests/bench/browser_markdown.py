"""How much a streaming answer costs the browser: a 20,000-token answer at 200 tokens a second, in Chromium.

    python tests/bench/browser_markdown.py [--tokens 20000] [--rate 200] [--shape mixed|code|list|table|paragraph]

Frames of the socket are handed to the Painter every 50 ms, as the server sends them, and the end is
reconciled with the server's canonical HTML. For each tenth of the answer the table shows the main thread's
processor time per 1,000 tokens, and what of it was script (parse, sanitise, patch), style and layout.

Long tasks are counted twice: by the processor time a task used (from a trace), and by the wall clock (the
browser's own `longtask` entries). On an idle machine the two agree; where other work shares the processors, a
task that waits for its turn looks long by the wall clock only, so the processor time decides.

Exit status 1 if a task after the start took more than 50 ms, or the last tenth cost more than 1.2 times the first.
"""

import argparse
import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")

from playwright.sync_api import sync_playwright

from chatapp.conversations.rendering import render
from tests.bench.answer_text import SHAPES, answer
from tests.browser.answers import article, serve

CHARACTERS_PER_TOKEN = 4
FRAME = 0.05  # seconds between two frames
START = 1.0  # seconds that count as the start: modules load, the first layout happens; not traced
LONGEST_TASK = 50  # ms
GROWTH = 1.2

# Runs in the page: hands frames to a Painter at the wanted rate, and keeps what the browser reports.
STREAM = """async ({text, tokensPerFrame, charactersPerToken, frame, canonical}) => {
  const {Painter} = await import("/static/js/chat/painter.js");
  const {Scroller} = await import("/static/js/chat/scroll.js");
  const transcript = document.querySelector("#transcript");
  const scroller = new Scroller({viewport: transcript, button: document.querySelector("#jump")});
  const report = window.report = {longTasks: [], renders: [], started: performance.now(), sent: 0, isDone: false};
  new PerformanceObserver((list) => {
    for (const {startTime, duration} of list.getEntries()) {
      report.longTasks.push([startTime - report.started, duration]);
    }
  }).observe({type: "longtask"});
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === "markdown") report.renders.push([entry.startTime - report.started, entry.duration]);
    }
  }).observe({type: "measure"});
  const painter = new Painter({
    transcript, scroller,
    fetchTail: async () => ({events: []}),
    // Comes over the network, and so in a task of its own.
    fetchArticle: () => new Promise((resolve) => setTimeout(() => resolve(canonical), 50)),
    announce: () => {},
  });
  painter.adopt(document.querySelector("article"));
  let seq = 0;
  const step = tokensPerFrame * charactersPerToken;
  const timer = setInterval(() => {
    const piece = text.slice(report.sent, report.sent + step);
    report.sent += piece.length;
    if (piece) {
      painter.grew({m: "m1", r: "r1", e: [[++seq, "text", piece]]});
    } else {
      clearInterval(timer);
      painter.grew({m: "m1", r: "r1", e: [[++seq, "end", {state: "complete", finish_reason: "stop"}]]});
      report.ended = performance.now() - report.started;
      setTimeout(() => { report.isDone = true }, 2000);
    }
  }, frame);
}"""

# Whether the blocks are the server's, apart from what enhancing added to them.
IS_CANONICAL = """async html => {
  const {originalOf} = await import("/static/js/chat/enhance.js");
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-answer]");
  const blocks = [...document.querySelectorAll("[data-answer] .block")];
  return blocks.length === fresh.children.length
    && blocks.every((block, n) => originalOf(block) === fresh.children[n].innerHTML);
}"""


def measure(shape: str, tokens: int, rate: int) -> dict:
    """Streams one answer; returns its long tasks, its cost per tenth and its outcome. Times in ms."""
    text = answer(shape, tokens * CHARACTERS_PER_TOKEN)
    canonical = article(state="complete", seq=1, answer=str(render(text)), label="Reasoning")
    site, server = serve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: print("page error:", error, file=sys.stderr))
        site.show(page, article())
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.evaluate(
            STREAM,
            {
                "text": text,
                "tokensPerFrame": max(1, round(rate * FRAME)),
                "charactersPerToken": CHARACTERS_PER_TOKEN,
                "frame": FRAME * 1000,
                "canonical": canonical,
            },
        )
        marks = [(0, busy(devtools))]
        tasks: list[float] = []
        time.sleep(START)
        start_tracing(browser, page)
        while not page.evaluate("report.isDone"):
            sent = page.evaluate("report.sent")
            if sent >= len(marks) * len(text) / 10 and len(marks) <= 10:
                marks.append((sent, busy(devtools)))
                if len(marks) <= 10:  # not at the very end: what is between two traces is not seen
                    tasks += task_times(browser.stop_tracing())
                    start_tracing(browser, page)
            time.sleep(0.05)
        tasks += task_times(browser.stop_tracing())
        report = page.evaluate("report")
        is_canonical = page.evaluate(IS_CANONICAL, canonical)
        browser.close()
    server.shutdown()
    return {"report": report, "marks": marks, "canonical": is_canonical, "characters": len(text), "tasks": tasks}


def start_tracing(browser, page) -> None:
    browser.start_tracing(page=page, categories=["toplevel"])


def task_times(trace: bytes) -> list[float]:
    """The processor time, in ms, of every task of the page's main thread."""
    events = json.loads(trace)["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return [
        event["tdur"] / 1000
        for event in events
        if event["name"].endswith("RunTask") and "tdur" in event and (event["pid"], event["tid"]) in mains
    ]


def busy(devtools) -> dict[str, float]:
    """Seconds of the main thread so far, by kind."""
    metrics = {entry["name"]: entry["value"] for entry in devtools.send("Performance.getMetrics")["metrics"]}
    return {
        "task": metrics["TaskDuration"],
        "script": metrics["ScriptDuration"],
        "layout": metrics["LayoutDuration"] + metrics["RecalcStyleDuration"],
    }


def show(shape: str, result: dict) -> bool:
    """Prints the table of one run; whether both targets are met."""
    report, marks = result["report"], result["marks"]
    print(f"\n{shape}: {result['characters']} characters, {len(report['renders'])} paints")
    print("tenth   task ms/1000 tokens   script   layout+style")
    costs = []
    for n, ((sent, before), (sent_after, after)) in enumerate(pairwise(marks), 1):
        tokens = (sent_after - sent) / CHARACTERS_PER_TOKEN / 1000
        per = {kind: (after[kind] - before[kind]) * 1000 / tokens for kind in after}
        costs.append(per["task"])
        print(f"{n:5}   {per['task']:19.0f}   {per['script']:6.0f}   {per['layout']:12.0f}")
    growth = costs[-1] / costs[0]
    late = [duration for started, duration in report["longTasks"] if started > START * 1000]
    paints = sorted(duration for _, duration in report["renders"])
    tasks = sorted(result["tasks"], reverse=True)
    long = [task for task in tasks if task > LONGEST_TASK]
    print(f"last tenth / first tenth        {growth:.2f}   (target {GROWTH})")
    print(f"tasks over {LONGEST_TASK} ms, processor time  {len(long)}   (target 0; longest {tasks[0]:.0f} ms)")
    machine = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"tasks over {LONGEST_TASK} ms, wall clock      {len(late)}   ({machine})")
    print(f"one paint: median {paints[len(paints) // 2]:.1f} ms, longest {paints[-1]:.1f} ms")
    print(f"ended as the server's HTML      {result['canonical']}")
    return growth <= GROWTH and not long


def main() -> int:
    parser = argparse.ArgumentParser(description="The browser's cost of a streaming answer")
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=200, help="tokens a second")
    parser.add_argument("--shape", choices=SHAPES, action="append")
    arguments = parser.parse_args()
    is_met = [
        show(shape, measure(shape, arguments.tokens, arguments.rate)) for shape in arguments.shape or ["mixed"]
    ]
    return 0 if all(is_met) else 1


if __name__ == "__main__":
    sys.exit(main())
