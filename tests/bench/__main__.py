"""`python -m tests.bench`: measure, and print what docs/performance.md shows.

    python -m tests.bench                      everything; about a quarter of an hour
    python -m tests.bench streams --at 100     one part of it

    first    time to the first token, one stream
    streams  latency and processor time per token, against the bare relay, round by round
    held     streams held with p99 below 250 ms: one process, and two on PostgreSQL and Redis
    pages    a list of 5,000 conversations, a conversation of 1,000 messages
    page     a conversation of 1,000 messages in Chromium: opened, scrolled, typed in, pasted into
    search   a search among 100,000 messages
    start    start-up time, idle memory
    browser  what a streaming answer costs Chromium

`held` needs BENCH_DATABASE_URL and BENCH_REDIS_URL for its second half. Nothing else should run meanwhile: the
server gets one core and everything else the others. On few cores `held --share 0.3` compares one process with two,
each held to that part of a core, so that the server is full before the machine is (share.py).
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import load, page, pages, search, share

PARTS = ("first", "streams", "held", "pages", "page", "search", "start", "browser")
TOKENS, RATE = 1000, 50.0  # twenty seconds, as a reasoning model's answers are
HOLDS_BELOW = 250.0  # ms
STEP, MOST = 50, 600
SHARED_STEP, SHARED_MOST, GUESS = 10, 200, 200  # with --share; the guess is for a whole core


def first(rounds: int) -> dict[str, Any]:
    """Median ms from the question to its first token, one stream at a time."""
    found: dict[str, list[float]] = {}
    with load.start_standin() as standin, ExitStack() as stack:
        systems: list[load.System] = [
            stack.enter_context(closing(load.Nothing(standin.url))),
            stack.enter_context(closing(load.Yardstick(standin.url))),
            stack.enter_context(closing(load.Ours(standin.url, 1, rounds + 1))),
        ]
        for number in range(rounds + 1):
            for system in systems:
                result = load.run(system, 1, tokens=5, ramp=0, repeats=30)
                if number:  # the round before the first is for warming up
                    found.setdefault(system.name, []).append(statistics.median(result.first))
    return {name: round(statistics.median(values), 1) for name, values in found.items()}


def streams(rounds: int, counts: list[int]) -> list[dict[str, Any]]:
    """The two systems by turns; medians over the rounds, the sum of what was lost or doubled."""
    found: dict[tuple[int, str], list[load.Result]] = {}
    with load.start_standin() as standin, ExitStack() as stack:
        relay = stack.enter_context(closing(load.Yardstick(standin.url)))
        ours = load.Ours(standin.url, max(counts), rounds * len(counts) + 1)
        systems: list[load.System] = [relay, stack.enter_context(closing(ours))]
        for system in systems:
            load.run(system, min(20, max(counts)), tokens=50, ramp=1)
        for count in counts:
            for _ in range(rounds):
                for system in systems:
                    result = load.run(system, count, TOKENS, RATE, ramp=_ramp(count))
                    found.setdefault((count, system.name), []).append(result)
                    _say(f"  {count} streams, {system.name}: {_short(result)}")
    return [{"streams": count, "system": name, **_median(results)} for (count, name), results in found.items()]


def held(rounds: int) -> dict[str, Any]:
    """The most streams at which the median p99 of `rounds` runs stays below 250 ms and nothing is lost."""
    variants: dict[str, dict[str, Any]] = {"one process, SQLite": {}}
    database, redis = os.environ.get("BENCH_DATABASE_URL"), os.environ.get("BENCH_REDIS_URL")
    if database and redis:
        engines = {"environment": {"DATABASE_URL": database, "REDIS_URL": redis}, "pinned": False}
        variants["one process, PostgreSQL and Redis"] = engines
        variants["two processes, PostgreSQL and Redis"] = {**engines, "processes": 2}
    return {name: _most(variant, rounds) for name, variant in variants.items()}


def _most(variant: dict[str, Any], rounds: int) -> dict[str, Any]:
    best: dict[str, Any] = {"streams": 0}
    pinned = variant.get("pinned", True)
    with load.start_standin() as standin:
        system = load.Ours(standin.url, MOST, rounds * MOST // STEP, **variant)
        try:
            for count in range(100, MOST + 1, STEP):
                results = [
                    load.run(system, count, TOKENS, RATE, ramp=_ramp(count), pinned=pinned) for _ in range(rounds)
                ]
                for result in results:
                    _say(f"  {count} streams, {variant or 'one process'}: {_short(result)}")
                middle = _median(results)
                if middle["p99"] >= HOLDS_BELOW or middle["lost"] or middle["doubled"]:
                    return {**best, "next": {"streams": count, "p99": middle["p99"], "lost": middle["lost"]}}
                best = {"streams": count, "p99": middle["p99"], "cpu": middle["cpu"]}
        finally:
            system.close()
    return best


def held_by_shares(rounds: int, part: float) -> dict[str, Any]:
    """As `held`, for one process and two on PostgreSQL and Redis, each with `part` of a core, by turns."""
    database, redis = os.environ.get("BENCH_DATABASE_URL"), os.environ.get("BENCH_REDIS_URL")
    if not (database and redis):
        raise share.CannotShare("--share needs BENCH_DATABASE_URL and BENCH_REDIS_URL.")
    environment = {"DATABASE_URL": database, "REDIS_URL": redis}
    with ExitStack() as stack:
        shares = stack.enter_context(share.Shares(part))
        standin = stack.enter_context(load.start_standin())
        systems: dict[int, load.Ours] = {}
        for processes in (1, 2):
            system = load.Ours(
                standin.url,
                SHARED_MOST,
                1 + 8 * rounds,
                pinned=False,
                processes=processes,
                environment=environment,
            )
            systems[processes] = stack.enter_context(closing(system))
            for process in system.processes():
                shares.give(process.pid)
            load.run(system, 20, tokens=50, ramp=5, pinned=False)
        return _by_turns(systems, part, rounds)


def _by_turns(systems: dict[int, load.Ours], part: float, rounds: int) -> dict[str, Any]:
    """The most that each holds, and what was tried. By turns, as the machine is not equally fast all the time."""
    searches = {
        processes: _search(int(GUESS * part * processes), SHARED_STEP, SHARED_MOST) for processes in systems
    }
    wanted = {processes: next(search) for processes, search in searches.items()}
    tried: dict[int, dict[int, Any]] = {processes: {} for processes in systems}
    most: dict[int, int] = {}
    while wanted:
        results: dict[int, list[load.Result]] = {processes: [] for processes in wanted}
        before = {processes: systems[processes].answers() for processes in wanted}
        for _ in range(rounds):
            for processes, count in wanted.items():
                # The questions always over half an answer's time: they cost a share as much as the tokens do.
                result = load.run(systems[processes], count, TOKENS, RATE, ramp=TOKENS / RATE / 2, pinned=False)
                results[processes].append(result)
                _say(f"  {count} streams, processes {processes}: {_short(result)}")
        for processes, count in list(wanted.items()):
            middle = _median(results[processes])
            answers = systems[processes].answers() - before[processes]
            tried[processes][count] = {
                **{
                    name: middle[name]
                    for name in ("p50", "p99", "busy", "cpu", "cpu_streaming", "lost", "doubled")
                },
                "p99 of each": [round(result.p99) for result in results[processes]],
                "answers by process": sorted(answers.values()),
            }
            held = middle["p99"] < HOLDS_BELOW and not middle["lost"] + middle["doubled"]
            try:
                wanted[processes] = searches[processes].send(held)
            except StopIteration as over:
                most[processes] = over.value
                del wanted[processes]
    return {"most": most, "ratio": round(most[2] / most[1], 2) if most[1] else None, "tried": tried}


def _search(guess: int, step: int, most: int) -> Generator[int, bool, int]:
    """Numbers to try, told whether each is held; returns the greatest held multiple of `step`, up to `most`."""
    good, bad = 0, most // step + 1
    trying = guess // step
    while bad - good > 1:
        if (yield trying * step):
            good = trying
        else:
            bad = trying
        # Two steps up or down until there is one of each kind, then the one between.
        if good == 0:
            trying = max(1, bad - 2)
        elif bad > most // step:
            trying = min(most // step, good + 2)
        else:
            trying = (good + bad) // 2
    return good * step


def browser() -> dict[str, Any]:
    """The benchmark of the page has its own program and table."""
    script = Path(__file__).with_name("browser_markdown.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    _say(done.stdout + done.stderr)
    return {"table": done.stdout, "met": done.returncode == 0}


def _ramp(count: int) -> float:
    """Seconds over which the questions are spread: half an answer's time at most, so that all streams run at once
    for the other half. At 200 streams that is twenty questions a second."""
    return max(1.0, min(TOKENS / RATE / 2, count / 10))


def _median(results: list[load.Result]) -> dict[str, Any]:
    rows = [asdict(result) for result in results]
    found = {
        name: round(statistics.median(row[name] for row in rows), 1 if name != "busy" else 2)
        for name in ("p50", "p99", "worst", "cpu", "cpu_streaming", "busy")
    }
    found["first"] = round(statistics.median(f for row in rows for f in row["first"]), 1)
    found["memory MB"] = round(max(row["memory"] for row in rows) / 1e6)
    return {**found, **{name: sum(row[name] for row in rows) for name in ("lost", "doubled")}}


def _short(result: load.Result) -> str:
    return f"p50 {result.p50:.0f} ms, p99 {result.p99:.0f} ms, {result.cpu:.0f} s per million, lost {result.lost}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _table(rows: list[dict[str, Any]]) -> str:
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _ratios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by = {(row["streams"], row["system"]): row for row in rows}
    found = []
    for count in sorted({row["streams"] for row in rows}):
        ours, relay = by[count, load.Ours.name], by[count, load.Yardstick.name]
        ratios = {name: round(ours[name] / relay[name], 2) for name in ("p99", "cpu", "cpu_streaming")}
        found.append({"streams": count, **{f"{name}, ours ÷ relay": value for name, value in ratios.items()}})
    return found


def main() -> None:
    # So that a `kill` ends servers and groups, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="Measure Chatapp.", prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--at", default="1,10,50,100,200", help="numbers of streams for `streams`")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, help="part of a core for each process in `held`")
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"There is no part {', '.join(sorted(unknown))}. Parts are {', '.join(PARTS)}.")
    if arguments.share is not None and not share.LEAST <= arguments.share <= share.MOST:
        parser.error(f"--share takes a part of a core, from {share.LEAST:g} to {share.MOST:g}.")
    counts = [int(number) for number in arguments.at.split(",")]
    deeds: dict[str, Callable[[], Any]] = {
        "first": lambda: first(arguments.rounds),
        "streams": lambda: streams(arguments.rounds, counts),
        "held": lambda: (
            held_by_shares(arguments.rounds, arguments.share) if arguments.share else held(arguments.rounds)
        ),
        "pages": pages.pages,
        "page": page.page,
        "search": search.search,
        "start": pages.start_up,
        "browser": browser,
    }
    found = {}
    for part in arguments.parts or PARTS:
        _say(f"{part} …")
        try:
            found[part] = deeds[part]()
        except share.CannotShare as reason:
            parser.exit(1, f"{reason}\n")
        print(f"\n## {part}\n")
        if part == "streams":
            print(_table(found[part]), _table(_ratios(found[part])), sep="\n\n", flush=True)
        else:
            print(json.dumps(found[part], indent=1), flush=True)
        if arguments.json:
            arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
